package io.tailrace.node.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FileLimitTest {
    private static String limits(String soft) {
        return "Limit                     Soft Limit           Hard Limit           Units     \n"
                + "Max processes             62774                62774                processes \n"
                + "Max open files            " + soft + "                1048576              files     \n";
    }

    @Test
    void shouldKeepDescriptorsForTheNodeItself() {
        assertEquals(1024 - 128 - 32, FileLimit.mostClients(limits("1024"), 1));
        assertEquals(1024 - 128 - 4 * 32, FileLimit.mostClients(limits("1024"), 4));
        assertEquals(1, FileLimit.mostClients(limits("161"), 1));
        assertEquals(0, FileLimit.mostClients(limits("160"), 1), "not even one");
        assertEquals(161, FileLimit.least(1));
        assertEquals(257, FileLimit.least(4));
    }

    @Test
    void shouldNotLimitWhenNothingIsSaid() {
        assertEquals(Integer.MAX_VALUE, FileLimit.mostClients(limits("unlimited"), 1));
        assertEquals(Integer.MAX_VALUE, FileLimit.mostClients("", 1));
        assertTrue(FileLimit.mostClients(1) >= 1);
    }
}
