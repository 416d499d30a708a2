package io.tailrace.node.cores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel tells of the calling thread; where it is not Linux, or doesn't allow that, there is nothing to test. */
class SchedulingTest {
    private static final Path TOLD = Path.of("/proc/thread-self/sched");
    private static final String OTHER = "0";
    private static final String BATCH = "3";

    @BeforeEach
    void begin() throws IOException {
        assumeTrue(Files.isReadable(TOLD));
        assumeTrue(OTHER.equals(told("policy")));
        Scheduling.asHelper();
        assumeTrue(BATCH.equals(told("policy")));
    }

    @AfterEach
    void end() {
        Scheduling.asOther();
    }

    /** Null where the kernel doesn't tell. */
    private static String told(String name) throws IOException {
        List<String> lines = Files.readAllLines(TOLD);
        return lines.stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(null);
    }

    @Test
    void shouldGiveAShardAShortSliceAndAHelperTheSystems() throws IOException {
        Scheduling.asOther();
        String systems = told("se.slice");
        assertEquals(OTHER, told("policy"));

        Scheduling.asShard();
        assertEquals(OTHER, told("policy"));
        if (systems != null) {
            assertEquals("100000", told("se.slice"));
        }

        Scheduling.asHelper();
        assertEquals(BATCH, told("policy"));
        assertEquals(systems, told("se.slice"));
    }

    @Test
    void shouldKeepTheNiceValue() throws IOException {
        String before = told("prio");
        Scheduling.asShard();
        assertEquals(before, told("prio"));
        Scheduling.asHelper();
        assertEquals(before, told("prio"));
    }
}
