package io.tailrace.wire.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ChainVerifierTest {
    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    private static final String LATER = "fedcba9876543210fedcba9876543210fedcba98";
    private static final long OPENING = QueueIndex.of(4, 0);
    private static final long LAST = QueueIndex.of(4, 1);
    private static final long NEXT_OPENING = QueueIndex.of(6, 0);
    private static final long CHAIN_BEFORE = 0x1122_3344_5566_7788L;

    private final RecordView view = new RecordView();
    private final ChainVerifier verifier = new ChainVerifier();
    private RecordBuilder builder;

    /** A segment of one record, the 11th of its history. */
    @BeforeEach
    void open() {
        builder = new RecordBuilder();
        assertNull(verifier.next(OPENING, segment(first(), CHAIN_BEFORE, 100)));
        assertNull(verifier.next(LAST, effect(verifier.chain(), 100)));
    }

    @AfterEach
    void close() {
        builder.close();
    }

    private static SegmentRecord first() {
        return new SegmentRecord(
                HISTORY, 3, new SegmentRecord.Previous(HISTORY, QueueIndex.of(3, 9), CHAIN_BEFORE, 10), 2, 1);
    }

    private SegmentRecord next() {
        return new SegmentRecord(HISTORY, 3, new SegmentRecord.Previous(HISTORY, LAST, verifier.chain(), 12), 2, 1);
    }

    private RecordView segment(SegmentRecord segment, long chain, long micros) {
        segment.encode(builder);
        builder.seal(micros, chain);
        return view.wrap(builder.address(), builder.length());
    }

    private RecordView effect(long chain, long micros) {
        builder.begin(RecordLayout.KIND_EFFECT);
        builder.command(1);
        builder.argument("FLUSHALL");
        builder.seal(micros, chain);
        return view.wrap(builder.address(), builder.length());
    }

    @Test
    void shouldFollowALogOverItsSegments() {
        assertEquals(LAST, verifier.index());
        assertEquals(12, verifier.recordCount());
        assertEquals(first(), verifier.opening());
        SegmentRecord promoted =
                new SegmentRecord(LATER, 4, new SegmentRecord.Previous(HISTORY, LAST, verifier.chain(), 12), 2, 1);
        assertNull(verifier.next(NEXT_OPENING, segment(promoted, verifier.chain(), 100)));
        assertNull(verifier.next(NEXT_OPENING + 1, effect(verifier.chain(), 101)));
        assertEquals(NEXT_OPENING + 1, verifier.index());
        assertEquals(101, verifier.commitMicros());
        assertEquals(14, verifier.recordCount());
        assertEquals(builder.chain(), verifier.chain());
    }

    @Test
    void shouldEndAtAnUnknownKind() {
        Memory.putByte(effect(verifier.chain(), 100).address() + RecordLayout.VERSION_AND_KIND_OFFSET, (byte)
                (RecordLayout.VERSION << 4 | 4));
        assertProblem("record kind 4 is unknown", LAST + 1);
    }

    @Test
    void shouldEndWhereTheBytesAreNotThoseOfTheChain() {
        long chain = verifier.chain();
        effect(chain + 1, 100);
        String computed = HexText.of(Chain.next(chain, builder.address(), builder.length()));
        assertProblem("its chain is " + HexText.of(builder.chain()) + ", but its bytes make " + computed, LAST + 1);
    }

    @Test
    void shouldEndWhereTheIndexDoesNotFollow() {
        effect(verifier.chain(), 100);
        assertProblem("it does not follow record 4:1", LAST + 2);
        assertProblem("it does not follow record 4:1", LAST);
        segment(next(), verifier.chain(), 100);
        assertProblem("it does not follow record 4:1", OPENING);
    }

    @Test
    void shouldEndWhereTheKindIsNotThatOfThePlace() {
        effect(verifier.chain(), 100);
        assertProblem("it does not open the segment: it is of kind 1", NEXT_OPENING);
        segment(next(), verifier.chain(), 100);
        assertProblem("a segment record that opens no segment", LAST + 1);
    }

    @Test
    void shouldEndWhereTimeGoesBack() {
        assertNull(verifier.next(LAST + 1, effect(verifier.chain(), 100)), "it may stand still");
        effect(verifier.chain(), 99);
        String problem = "its commit time is 99, and that of the record before it 100";
        assertEquals(problem, verifier.next(LAST + 2, view));
    }

    @Test
    void shouldEndAtAnOpeningThatContinuesSomethingElse() {
        long chain = verifier.chain();
        assertOpening(
                "it continues chain",
                new SegmentRecord(HISTORY, 3, new SegmentRecord.Previous(HISTORY, LAST, 7, 12), 2, 1));
        assertOpening(
                "it continues record 4:0",
                new SegmentRecord(HISTORY, 3, new SegmentRecord.Previous(HISTORY, OPENING, chain, 12), 2, 1));
        assertOpening(
                "it counts 11 records",
                new SegmentRecord(HISTORY, 3, new SegmentRecord.Previous(HISTORY, LAST, chain, 11), 2, 1));
        assertOpening(
                "it continues history " + LATER,
                new SegmentRecord(LATER, 3, new SegmentRecord.Previous(LATER, LAST, chain, 12), 2, 1));
        assertOpening(
                "its term 2 is below",
                new SegmentRecord(HISTORY, 2, new SegmentRecord.Previous(HISTORY, LAST, chain, 12), 2, 1));
        assertOpening(
                "it is of shard 0 of 2",
                new SegmentRecord(HISTORY, 3, new SegmentRecord.Previous(HISTORY, LAST, chain, 12), 2, 0));
    }

    private void assertOpening(String problem, SegmentRecord opening) {
        String found = verifier.next(NEXT_OPENING, segment(opening, verifier.chain(), 100));
        assertEquals(problem, found == null ? null : found.substring(0, problem.length()));
        assertEquals(LAST, verifier.index());
    }

    private void assertProblem(String problem, long index) {
        assertEquals(problem, verifier.next(index, view));
        assertEquals(LAST, verifier.index());
        assertEquals(12, verifier.recordCount());
    }

    @Test
    void shouldBeginWithAnOpeningThatIsBelieved() {
        effect(verifier.chain(), 100);
        verifier.startAtOpening();
        assertEquals(
                "it does not open a segment, and the record before it is not known", verifier.next(LAST + 1, view));
        assertNull(verifier.next(OPENING, segment(first(), CHAIN_BEFORE, 1)));
        assertEquals(11, verifier.recordCount());
    }

    @Test
    void shouldBeginAfterWhatIsKnown() {
        long chain = verifier.chain();
        assertNull(verifier.startAfter(chain).next(LAST + 7, effect(chain, 1)), "only the chain is known");
        assertEquals(-1, verifier.recordCount());
        verifier.startAfter(LAST, chain);
        effect(chain, 1);
        assertEquals("it does not follow record 4:1", verifier.next(LAST + 7, view));
        assertNull(verifier.next(LAST + 1, view));
        verifier.startAfter(LAST, chain, 100, 12, first());
        assertEquals("its commit time is 1, and that of the record before it 100", verifier.next(LAST + 1, view));
    }
}
