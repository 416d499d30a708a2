package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;

/**
 * The first damaged record of a log.
 *
 * @param index that it has, or would have
 * @param position of its first byte in the file, or of the word before it where that is what is wrong
 * @param problem what is wrong, as the end of a sentence
 */
public record LogFault(Path file, long index, long position, String problem) {
    /** One line that names all of it. */
    public String text() {
        return file + ": record " + QueueIndex.toString(index) + " at byte " + position + ": " + problem;
    }
}
