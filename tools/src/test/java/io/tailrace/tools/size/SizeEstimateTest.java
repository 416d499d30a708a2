package io.tailrace.tools.size;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.size.SizeEstimate.Question;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against what nodes took that were filled with such keys: the table in {@code tools/README.md}. */
class SizeEstimateTest {
    private static final double TOLERANCE = 0.1;

    @ParameterizedTest
    @CsvSource({
        // kind, entries, elements, bytes, used_memory a key, file of a snapshot a key
        "STRING, 50000,  1,      10,    72,       54",
        "STRING, 50000,  1,      100,   152,      144",
        "STRING, 50000,  1,      1000,  1064,     1044",
        "STRING, 10000,  1,      20000, 20112,    20049",
        "HASH,   50000,  10,     28,    392,      344",
        "LIST,   50000,  10,     20,    296,      254",
        "SET,    50000,  10,     20,    296,      254",
        "ZSET,   50000,  10,     20,    392,      344",
        "STREAM, 50000,  10,     28,    584,      538",
        "HASH,   1,      200000, 40,    12720000, 8402539",
        "HASH,   1,      200000, 120,   32680000, 24406687",
        "LIST,   1,      200000, 20,    4645064,  4201451",
        "LIST,   1,      200000, 100,   21065928, 20205599",
        "SET,    1,      200000, 20,    7560000,  4201451",
        "SET,    1,      200000, 100,   27460000, 20205599",
        "ZSET,   1,      200000, 20,    17220000, 6001910",
        "ZSET,   1,      200000, 100,   56720000, 22006075",
        "STREAM, 1,      200000, 28,    7299272,  8602630",
        "STREAM, 1,      200000, 108,   23527624, 24606778",
    })
    void shouldBeNearWhatWasMeasured(
            ValueKind kind, long entries, long elements, long bytes, double perKey, double snapshot) {
        SizeEstimate estimate = SizeEstimate.of(new Question(entries, 16, kind, elements, bytes, 1_000, 3_600));
        assertEquals(perKey, estimate.perKey(), TOLERANCE * perKey);
        double ofSnapshot = estimate.snapshot() / entries;
        // what a file of any size has besides
        assertEquals(snapshot, ofSnapshot, 0.12 * snapshot + 1_000.0 / entries);
    }

    /** Anonymous memory of the process, which Java's heap makes vary by some ten megabytes. */
    @ParameterizedTest
    @CsvSource({
        "STRING, 2000000, 1,      100, 468",
        "HASH,   1,       200000, 120, 123",
        "LIST,   1,       200000, 100, 106",
        "SET,    1,       200000, 100, 118",
        "ZSET,   1,       200000, 100, 147",
        "STREAM, 1,       200000, 108, 108",
    })
    void shouldKnowWhatTheProcessTakes(ValueKind kind, long entries, long elements, long bytes, double megabytes) {
        SizeEstimate estimate = SizeEstimate.of(new Question(entries, 16, kind, elements, bytes, 1_000, 3_600));
        assertEquals(megabytes, estimate.process() / 1e6, 0.15 * megabytes);
        assertTrue(estimate.growing() > estimate.process());
    }

    @ParameterizedTest
    @CsvSource({
        "STRING, 100, 168",
        "STRING, 10, 77",
        "STRING, 1000, 1069",
        "STREAM, 28, 124",
    })
    void shouldKnowALogsRecords(ValueKind kind, long bytes, long record) {
        Question question = new Question(1_000, 16, kind, 1, bytes, 1_000, 3_600);
        // four more in the queue
        assertEquals(record + 4, SizeEstimate.of(question).perWrite(), 1);
    }

    @ParameterizedTest
    @CsvSource({"0, 3600, 1073741824", "100000, 3600, 61920000000"})
    void shouldKeepTheLogForAReplicaThatIsAway(long writes, long seconds, double log) {
        SizeEstimate estimate = SizeEstimate.of(new Question(1_000_000, 16, ValueKind.STRING, 1, 100, writes, seconds));
        assertEquals(log, estimate.log(), 1);
        assertTrue(estimate.disk() > log + 2 * estimate.snapshot());
    }
}
