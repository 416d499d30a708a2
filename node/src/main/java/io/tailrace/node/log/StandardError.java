package io.tailrace.node.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/** The process's stderr, past Java's stream, whose lock a thread may hold that waits for a reader that is stuck. */
final class StandardError implements LogOutput {
    private final FileOutputStream stream = new FileOutputStream(FileDescriptor.err);

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        stream.write(bytes, 0, length);
    }
}
