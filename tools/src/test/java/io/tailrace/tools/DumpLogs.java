package io.tailrace.tools;

import io.tailrace.tools.dump.LogFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Logs to dump. */
final class DumpLogs {
    static final byte[] BINARY = {0, 1, 7, 8, 9, 10, 13, ' ', '"', '\\', 'x', 127, (byte) 0x80, (byte) 0xff};

    private DumpLogs() {}

    static LogFixture users(Path dir) {
        return LogFixture.create(dir.resolve("queue"))
                .openSegment()
                .effect("SET user:1 Ada")
                .effect("SET user:2 Grace PXAT 1800000000000", "DEL user:1", "DEL other")
                .set(BINARY, "größer".getBytes(StandardCharsets.UTF_8))
                .openSegment()
                .effect("FLUSHALL");
    }

    static LogFixture ofDatabases(Path dir) {
        return LogFixture.create(dir.resolve("queue"))
                .openSegment()
                .effect("SELECT 1", "SET a 1")
                .effect("SET b 2", "SELECT 1", "SET c 3", "SELECT 2", "SET d 4")
                .effect("SELECT 2", "FLUSHDB")
                .effect("SET e 5");
    }
}
