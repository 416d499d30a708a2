package io.tailrace.tools.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.tools.verify.NodeDigests.Keys;
import io.tailrace.tools.verify.NodeDigests.Name;
import io.tailrace.tools.verify.NodeDigests.Position;
import io.tailrace.tools.verify.NodeDigests.State;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyVerdictTest {
    private static final Name KEY = new Name(0, "key");

    /** {@code index version.ordinal digest}, or {@code index -} for no key, or {@code null}. */
    private static Keys keys(String text) {
        if (text.equals("null")) {
            return null;
        }
        String[] words = text.split(" ");
        long index = Long.parseLong(words[0]);
        if (words[1].equals("-")) {
            return new Keys(index, Map.of());
        }
        String[] version = words[1].split("[.]");
        boolean isLarge = words[2].startsWith("large");
        State state = new State(Long.parseLong(version[0]), Long.parseLong(version[1]), words[2], isLarge);
        return new Keys(index, Map.of(KEY, state));
    }

    @ParameterizedTest
    @CsvSource({
        "9 5.0 a,     9 5.0 a,     SAME",
        "9 5.0 a,     7 5.0 a,     SAME",
        "9 -,         7 -,         SAME",
        "9 5.0 a,     7 5.0 b,     DIFFERENT",
        // the older one has come to the record that wrote the later one
        "9 5.0 a,     7 4.0 b,     DIFFERENT",
        "9 5.1 a,     7 5.0 b,     DIFFERENT",
        "7 4.0 b,     9 8.0 a,     UNSETTLED",
        "9 8.0 a,     7 4.0 b,     UNSETTLED",
        "9 8.0 a,     8 4.0 b,     DIFFERENT",
        // missing where everything that the other has was applied
        "9 5.0 a,     7 -,         DIFFERENT",
        "9 5.0 a,     9 -,         DIFFERENT",
        "9 5.0 a,     5 -,         DIFFERENT",
        "9 5.0 a,     4 -,         UNSETTLED",
        "9 5.0 a,    10 -,         UNSETTLED",
        "4 -,         9 5.0 a,     UNSETTLED",
        "7 -,         9 5.0 a,     DIFFERENT",
        "9 5.0 large, 9 5.0 large, LARGE",
        "9 5.0 large, 9 5.0 b,     LARGE",
        "9 5.0 large, 4 3.0 largest, UNSETTLED",
        "null,        9 5.0 a,     UNSETTLED",
    })
    void shouldTellADifferenceFromWhatIsStillToCome(String one, String other, KeyVerdict verdict) {
        assertEquals(verdict, KeyVerdict.of(KEY, Arrays.asList(keys(one), keys(other))));
    }

    @Test
    void shouldTakeTheWorstOfSeveralNodes() {
        List<Keys> seen = Arrays.asList(keys("9 5.0 a"), keys("9 5.0 a"), keys("4 -"));
        assertEquals(KeyVerdict.UNSETTLED, KeyVerdict.of(KEY, seen));
        seen.set(1, keys("9 5.0 b"));
        assertEquals(KeyVerdict.DIFFERENT, KeyVerdict.of(KEY, seen));
    }

    @ParameterizedTest
    @CsvSource({
        "1,    0,        0,          1",
        "64,   100,      5000,       64",
        "64,   1000000,  1000,       8192",
        "1,    128,      0,          1",
        "1,    129,      0,          1",
        "1,    256,      0,          2",
        "1,    10,       1000000,    8",
    })
    void shouldDivideKeysByTheirNumberAndBytes(long segments, long keys, long bytes, long parts) {
        Position position = new Position(0, 0, 0, "", "", segments, keys, bytes, "", "");
        assertEquals(parts, StoreComparison.parts(List.of(position)));
    }
}
