package io.tailrace.node.log;

import java.io.Closeable;
import java.io.IOException;

/** Where lines go. Used by one thread at a time. */
interface LogOutput extends Closeable {
    /** Writes whole lines. May take as long as it likes where the log has a thread of its own. */
    void write(byte[] bytes, int length) throws IOException;

    @Override
    default void close() throws IOException {}
}
