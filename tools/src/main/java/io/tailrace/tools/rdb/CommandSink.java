package io.tailrace.tools.rdb;

import java.io.IOException;

/** Takes the commands that make what was read. One thread. */
interface CommandSink {
    /** @param arguments strings in ASCII, or bytes */
    void command(Object... arguments) throws IOException;
}
