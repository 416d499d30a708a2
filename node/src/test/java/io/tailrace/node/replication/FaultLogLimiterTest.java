package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultLogLimiterTest {
    @Test
    void shouldTellAFewEachSecondAndCountTheRest() {
        FaultLogLimiter faults = new FaultLogLimiter(0);
        assertEquals(
                10, IntStream.range(0, 500).filter(i -> faults.mayLog(7_100)).count());
        assertEquals(490, faults.onSecond());
        assertEquals(
                10, IntStream.range(0, 12).filter(i -> faults.mayLog(8_000)).count());
        assertEquals(2, faults.onSecond());
        assertEquals(0, faults.onSecond());
    }
}
