package io.tailrace.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class EditDistanceTest {
    private static final List<String> NAMES = List.of("cores", "port", "segment-size", "max-entries");

    @Test
    void shouldSuggestWhatIsNearAndNothingElse() {
        assertEquals("; did you mean 'port'?", EditDistance.suggestion("prot", NAMES));
        assertEquals("; did you mean 'segment-size'?", EditDistance.suggestion("SegmentSize", NAMES));
        assertEquals("; did you mean 'max-entries'?", EditDistance.suggestion("maxentrys", NAMES));
        assertEquals("", EditDistance.suggestion("bogus", NAMES));
        assertEquals("", EditDistance.suggestion("replicaof", NAMES));
    }
}
