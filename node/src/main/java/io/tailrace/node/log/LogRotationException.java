package io.tailrace.node.log;

import io.tailrace.node.platform.FileFailure;
import java.io.IOException;
import java.nio.file.Path;

/** Lines were written, but the file, which is full, could not be moved aside. */
final class LogRotationException extends IOException {
    private static final long serialVersionUID = 1L;

    LogRotationException(Path file, IOException cause) {
        super(file + " grows on, as it can't be moved aside: " + FileFailure.of(cause), cause);
    }
}
