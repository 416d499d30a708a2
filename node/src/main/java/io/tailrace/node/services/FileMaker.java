package io.tailrace.node.services;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/** Makes a file that a client is sent. */
@FunctionalInterface
public interface FileMaker {
    /**
     * Writes all of it, on a thread that may take its time.
     *
     * @param isCancelled whether nobody wants it any more; looked at now and then
     */
    void write(OutputStream out, BooleanSupplier isCancelled) throws IOException;
}
