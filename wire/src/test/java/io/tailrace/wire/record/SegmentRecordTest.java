package io.tailrace.wire.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class SegmentRecordTest {
    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    private static final String BEFORE = "fedcba9876543210fedcba9876543210fedcba98";
    private static final SegmentRecord FIRST = new SegmentRecord(HISTORY, 0, SegmentRecord.Previous.NONE, 1, 0);
    private static final SegmentRecord LATER = new SegmentRecord(
            HISTORY, 7, new SegmentRecord.Previous(BEFORE, QueueIndex.of(3, 41), 0x00c0ffee_12345678L, 1042), 4, 3);

    private static final SegmentRecord SWAPPED =
            new SegmentRecord(HISTORY, 0, SegmentRecord.Previous.NONE, 1, 0, "0:12,12:0", "");

    private static final SegmentRecord NEEDING =
            new SegmentRecord(HISTORY, 0, SegmentRecord.Previous.NONE, 4, 1, "0:12,12:0", "0:12884901929,3:7");

    private RecordBuilder builder;

    @BeforeEach
    void open() {
        builder = new RecordBuilder();
    }

    @AfterEach
    void close() {
        builder.close();
    }

    @Test
    void shouldHaveTheBytesOfTheSpecification() {
        LATER.encode(builder);
        builder.seal(1, 0x00c0ffee_12345678L);
        String text = "*17\r\n$7\r\nSEGMENT\r\n$7\r\nhistory\r\n$40\r\n" + HISTORY + "\r\n$4\r\nterm\r\n$1\r\n7\r\n"
                + "$16\r\nprevious-history\r\n$40\r\n" + BEFORE + "\r\n$14\r\nprevious-index\r\n$11\r\n12884901929\r\n"
                + "$14\r\nprevious-chain\r\n$16\r\n00c0ffee12345678\r\n$5\r\ndense\r\n$4\r\n1042\r\n"
                + "$6\r\nshards\r\n$1\r\n4\r\n$5\r\nshard\r\n$1\r\n3\r\n";
        assertEquals(text, Memory.toAscii(builder.address() + RecordLayout.PAYLOAD_OFFSET, builder.length() - 24));
        assertEquals(0x0000_0122 + ((long) text.length() << 32), Memory.getLong(builder.address()));
        assertEquals("417c641843333b24", HexText.of(builder.chain()));
    }

    @Test
    void shouldBeReadBack() {
        assertEquals(FIRST, SegmentRecord.parse(sealed(FIRST)));
        assertEquals(LATER, SegmentRecord.parse(sealed(LATER)));
        assertEquals(SWAPPED, SegmentRecord.parse(sealed(SWAPPED)));
        assertEquals(NEEDING, SegmentRecord.parse(sealed(NEEDING)));
    }

    @Test
    void shouldPassOverPairsThatItDoesNotKnow() {
        LATER.encode(builder);
        String text = Memory.toAscii(builder.address() + RecordLayout.PAYLOAD_OFFSET, builder.length() - 24);
        String[] words = text.split("\r\n");
        builder.begin(RecordLayout.KIND_SEGMENT);
        builder.command(19);
        for (int i = 2; i < words.length; i += 2) {
            builder.argument(words[i]);
        }
        builder.argument("colour");
        builder.argument("blue");
        builder.seal(1, 0);
        assertEquals(LATER, SegmentRecord.parse(new RecordView().wrap(builder.address(), builder.length())));
    }

    @Test
    void shouldSayWhatItNeedsBehindTheDatabases() {
        RecordView view = sealed(NEEDING);
        String text = Memory.toAscii(view.address() + RecordLayout.PAYLOAD_OFFSET, view.payloadLength());
        assertEquals("*21", text.substring(0, 3));
        assertEquals(
                "$9\r\ndatabases\r\n$9\r\n0:12,12:0\r\n$5\r\nneeds\r\n$17\r\n0:12884901929,3:7\r\n",
                text.substring(text.indexOf("$9\r\ndatabases")));
    }

    @Test
    void shouldRefuseAnotherKind() {
        builder.begin(RecordLayout.KIND_EFFECT);
        builder.command(1);
        builder.argument("FLUSHALL");
        builder.seal(1, 0);
        RecordView view = new RecordView().wrap(builder.address(), builder.length());
        assertEquals("record is not a segment record but of kind 1", problemOf(view));
    }

    @Test
    void shouldRefuseAnotherCommandOrMoreOfThem() {
        builder.begin(RecordLayout.KIND_SEGMENT);
        builder.command(1);
        builder.argument("SEGMENT");
        builder.seal(1, 0);
        assertEquals(
                "segment record: not a SEGMENT command",
                problemOf(new RecordView().wrap(builder.address(), builder.length())));
        FIRST.encode(builder);
        builder.command(1);
        builder.argument("SEGMENT");
        builder.seal(1, 0);
        assertEquals(
                "segment record: more than one command",
                problemOf(new RecordView().wrap(builder.address(), builder.length())));
    }

    @Test
    void shouldRefuseOrReadButNeverBreakWhateverByteIsChanged() {
        RecordView view = sealed(LATER);
        for (int at = RecordLayout.PAYLOAD_OFFSET; at < view.length(); at++) {
            byte was = Memory.getByte(view.address() + at);
            for (int with : new int[] {0, ' ', '-', '0', '9', 'G', 0xff}) {
                Memory.putByte(view.address() + at, (byte) with);
                try {
                    SegmentRecord.parse(view);
                } catch (IllegalArgumentException refused) {
                    assertEquals(true, refused.getMessage() != null);
                }
            }
            Memory.putByte(view.address() + at, was);
        }
        assertEquals(LATER, SegmentRecord.parse(view));
    }

    @Test
    void shouldRefuseValuesThatCanNotBe() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new SegmentRecord("x", 0, new SegmentRecord.Previous(null, -1, 0, 0), 1, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SegmentRecord(HISTORY, -1, new SegmentRecord.Previous(null, -1, 0, 0), 1, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SegmentRecord(HISTORY, 0, new SegmentRecord.Previous("-", -1, 0, 0), 1, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SegmentRecord(HISTORY, 0, new SegmentRecord.Previous(null, -2, 0, 0), 1, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SegmentRecord(HISTORY, 0, new SegmentRecord.Previous(null, -1, 0, -1), 1, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SegmentRecord(HISTORY, 0, new SegmentRecord.Previous(null, -1, 0, 0), 0, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SegmentRecord(HISTORY, 0, new SegmentRecord.Previous(null, -1, 0, 0), 1, 1));
        for (String needs : new String[] {"0", "0:", ":1", "0:1,", "1:1,0:1", "0:-1", "0:01", "a:1", "0:1 "}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new SegmentRecord(HISTORY, 0, new SegmentRecord.Previous(null, -1, 0, 0), 1, 0, "", needs),
                    needs);
        }
    }

    @Test
    void shouldWriteAChainAsSixteenDigits() {
        for (long chain : new long[] {0, 1, -1, Long.MIN_VALUE, 0x0123456789abcdefL}) {
            assertEquals(16, HexText.of(chain).length());
            assertEquals(chain, HexText.parse(HexText.of(chain)));
        }
        for (String wrong :
                new String[] {"", "0", "0123456789abcdeF", "0123456789abcde", "0123456789abcdef0", "+123456789abcdef"
                }) {
            assertThrows(IllegalArgumentException.class, () -> HexText.parse(wrong));
        }
    }

    private RecordView sealed(SegmentRecord segment) {
        segment.encode(builder);
        builder.seal(1, segment.previousChain());
        RecordView view = new RecordView().wrap(builder.address(), builder.length());
        assertNull(view.problem());
        return view;
    }

    private static String problemOf(RecordView view) {
        return assertThrows(IllegalArgumentException.class, () -> SegmentRecord.parse(view))
                .getMessage();
    }
}
