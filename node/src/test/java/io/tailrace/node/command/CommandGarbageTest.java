package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the hot path leave no garbage. */
class CommandGarbageTest {
    private static final int RUNS = 20_000;
    /** Room for what the library and the JVM do once in a while. */
    private static final double BYTES_PER_COMMAND = 1.0;

    @TempDir
    Path directory;

    private CommandBench bench;

    @BeforeEach
    void open() {
        bench = new CommandBench(directory);
        bench.reply("MSET", "a", "1", "n", "5");
        bench.reply("RPUSH", "l", "x", "y", "z");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET a",
                "GET missing",
                "SET a 2",
                "SET a 2 EX 100",
                "SET a 2 KEEPTTL XX",
                "SETEX a 100 v",
                "INCR n",
                "INCRBY n 7",
                "EXPIRE n 100",
                "PEXPIRE n 100000 LT",
                "MGET a missing n",
                "EXISTS a n",
                "STRLEN a",
                "TTL a",
                "MSET a 1 b 2",
                "GETRANGE a 0 -1",
                "LLEN l",
                "LINDEX l -1",
                "LSET l 1 other",
                "LRANGE l 0 -1",
                "LMOVE l l LEFT RIGHT",
                "RPOPLPUSH l l"
            })
    void shouldLeaveNoGarbage(String command) {
        shouldLeaveNoGarbage(command, "GET a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEL d", "GETDEL d", "APPEND d x", "SETRANGE d 0 x"})
    void shouldLeaveNoGarbageAfterASet(String command) {
        shouldLeaveNoGarbage("SET d value", command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LPOP l", "RPOP l 1", "LTRIM l 1 -1", "LREM l 1 x"})
    void shouldLeaveNoGarbageAfterAPush(String command) {
        shouldLeaveNoGarbage("LPUSH l x", command);
        shouldLeaveNoGarbage("RPUSH new x", command.replace("l", "new"));
    }

    private void shouldLeaveNoGarbage(String first, String second) {
        try (CommandBench.Prepared one = bench.prepare(first.split(" "));
                CommandBench.Prepared two = bench.prepare(second.split(" "))) {
            double least = Double.MAX_VALUE;
            for (int attempt = 0; attempt < 5 && least > BYTES_PER_COMMAND; attempt++) {
                long before = allocated();
                for (int i = 0; i < RUNS; i++) {
                    one.run();
                    two.run();
                }
                least = Math.min(least, (allocated() - before) / (2.0 * RUNS));
            }
            assertTrue(least <= BYTES_PER_COMMAND, first + ", " + second + ": " + least + " bytes a command");
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
