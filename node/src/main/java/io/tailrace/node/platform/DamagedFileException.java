package io.tailrace.node.platform;

import java.io.IOException;
import java.nio.file.Path;

/** The bytes of a file are not those that were written; the message is {@code <file> is damaged: <problem>}. */
public final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedFileException(Path file, String problem) {
        super(file + " is damaged: " + problem);
    }
}
