package io.tailrace.node.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryReportTest {
    private static final long MEGABYTE = 1 << 20;

    @Test
    void shouldTellWhatTakesTooMuch() {
        assertStarts("This node is empty", MemoryReport.problems(MEGABYTE, 0, 0, List.of()));
        assertStarts("No problem", MemoryReport.problems(80 * MEGABYTE, 100 * MEGABYTE, MEGABYTE, List.of()));
        assertStarts("Found", MemoryReport.problems(95 * MEGABYTE, 100 * MEGABYTE, MEGABYTE, List.of()));
        assertStarts("No problem", MemoryReport.problems(95 * MEGABYTE, 0, 90 * MEGABYTE, List.of()));
        String both = MemoryReport.problems(95 * MEGABYTE, 100 * MEGABYTE, 96 * MEGABYTE, List.of());
        assertTrue(both.contains("nearly used up: 99614720 bytes of 104857600"), both);
        assertTrue(both.contains("Buffers take more than the data: 100663296 bytes"), both);
    }

    private static void assertStarts(String start, String text) {
        assertTrue(text.startsWith(start), text);
    }
}
