package io.tailrace.snapshot;

import java.io.IOException;

/** Bytes that are not a whole, intact snapshot; the message names the source, the position and what is wrong there. */
public final class SnapshotFormatException extends IOException {
    private final long position;
    private final String problem;

    SnapshotFormatException(String source, long position, String problem) {
        super(source + " at byte " + position + ": " + problem);
        this.position = position;
        this.problem = problem;
    }

    /** Offset in the file or stream, bytes. */
    public long position() {
        return position;
    }

    /** What is wrong, without source and position. */
    public String problem() {
        return problem;
    }
}
