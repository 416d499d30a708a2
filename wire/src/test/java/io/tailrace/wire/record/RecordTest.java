package io.tailrace.wire.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.Allocation;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class RecordTest {
    private static final long COMMIT_MICROS = 0x0006_5e1d_c0ff_ee01L;

    private RecordBuilder builder;

    @BeforeEach
    void open() {
        builder = new RecordBuilder(RecordLayout.HEADER_LENGTH);
    }

    @AfterEach
    void close() {
        builder.close();
    }

    @Test
    void shouldHaveTheBytesOfTheSpecification() {
        builder.begin(RecordLayout.KIND_EFFECT);
        builder.command(5);
        builder.argument("SET");
        builder.argument("k");
        builder.argument("v");
        builder.argument("PXAT");
        builder.argumentLong(1_700_000_000_000L);
        builder.command(2);
        builder.argument("DEL");
        builder.argument("x");
        builder.seal(COMMIT_MICROS, 0x1122334455667788L);
        assertEquals(
                "21" + "020000" + "4d000000"
                        + "01eeffc01d5e0600"
                        + "41e67c789a7ab759"
                        + hex("*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n$4\r\nPXAT\r\n$13\r\n1700000000000\r\n")
                        + hex("*2\r\n$3\r\nDEL\r\n$1\r\nx\r\n"),
                hex(builder));
    }

    @Test
    void shouldHaveTheBytesOfTheReadmesExample() {
        effect("SET", "k", "v");
        builder.seal(1_700_000_000_000_000L, Chain.SEED);
        assertEquals(
                "21010000" + "1b000000" + "00401e18240a0600" + "95bb1010df562d81"
                        + "2a330d0a24330d0a5345540d0a24310d0a6b0d0a24310d0a760d0a",
                hex(builder));
        assertEquals("812d56df1010bb95", HexText.of(builder.chain()));
    }

    @Test
    void shouldReportWhereArgumentsAre() {
        builder.begin(RecordLayout.KIND_EFFECT);
        assertTrue(builder.isEmpty());
        builder.command(3);
        builder.argument("SET");
        try (NativeBytes value = NativeBytes.of("a value that makes the buffer grow ".repeat(10))) {
            int key = builder.argumentLong(-42);
            int offset = builder.argument(value.address(), value.length());
            builder.seal(COMMIT_MICROS, Chain.SEED);
            assertEquals("-42", Memory.toAscii(builder.address() + key, 3));
            assertTrue(Memory.equals(builder.address() + offset, value.length(), value.address(), value.length()));
        }
        assertFalse(builder.isEmpty());
        assertEquals(1, builder.commandCount());
    }

    @Test
    void shouldBeReadBackThroughAView() {
        effect("DEL", "k");
        builder.seal(COMMIT_MICROS, 7);
        RecordView view = new RecordView().wrap(builder.address(), builder.length());
        assertNull(view.problem());
        assertEquals(RecordLayout.KIND_EFFECT, view.kind());
        assertEquals(1, view.commandCount());
        assertEquals(builder.length() - 24, view.payloadLength());
        assertEquals(COMMIT_MICROS, view.commitMicros());
        assertEquals(builder.chain(), view.chain());
        assertEquals(Chain.next(7, view.address(), view.length()), view.chain());
    }

    @Test
    void shouldSayWhatIsWrongWithAHeader() {
        effect("DEL", "k");
        builder.seal(COMMIT_MICROS, 7);
        RecordView view = new RecordView();
        long record = builder.address();
        int length = builder.length();
        for (int shorter = 0; shorter < 24; shorter++) {
            assertEquals(
                    "record of " + shorter + " bytes is shorter than its header",
                    view.wrap(record, shorter).problem());
        }
        assertEquals(
                "record of 43 bytes claims a payload of 20",
                view.wrap(record, 43).problem());
        assertEquals(
                "record of 45 bytes claims a payload of 20",
                view.wrap(record, 45).problem());
        view.wrap(record, length);
        Memory.putByte(record, (byte) 0x11);
        assertEquals("record version is 1, known is 2", view.problem());
        Memory.putByte(record, (byte) 0xf1);
        assertEquals("record version is 15, known is 2", view.problem());
        Memory.putByte(record, (byte) 0x24);
        assertEquals("record kind 4 is unknown", view.problem());
        Memory.putInt(record, 0x21);
        assertEquals("record holds no command", view.problem());
        Memory.putInt(record + 4, -1);
        assertEquals("record of 44 bytes claims a payload of -1", view.problem());
    }

    @Test
    void shouldChainDifferentlyWhateverBitIsChanged() {
        effect("SET", "key", "a value");
        builder.seal(COMMIT_MICROS, 7);
        long record = builder.address();
        for (int at = 0; at < builder.length(); at++) {
            boolean isChainField = at >= 16 && at < 24;
            for (int bit = 0; bit < 8; bit++) {
                Memory.putByte(record + at, (byte) (Memory.getByte(record + at) ^ 1 << bit));
                long chain = Chain.next(7, record, builder.length());
                assertTrue(isChainField || chain != builder.chain(), "byte " + at + " bit " + bit);
                Memory.putByte(record + at, (byte) (Memory.getByte(record + at) ^ 1 << bit));
            }
        }
    }

    @Test
    void shouldLeaveTheChainFieldOut() {
        effect("DEL", "k");
        builder.seal(COMMIT_MICROS, 7);
        long expected = builder.chain();
        Memory.putLong(builder.address() + RecordLayout.CHAIN_OFFSET, ~expected);
        assertEquals(expected, Chain.next(7, builder.address(), builder.length()));
    }

    @Test
    void shouldChainDifferentlyAfterADifferentPast() {
        effect("DEL", "k");
        builder.seal(COMMIT_MICROS, Chain.SEED);
        long one = builder.chain();
        builder.seal(COMMIT_MICROS, 1);
        assertFalse(one == builder.chain());
    }

    @Test
    void shouldHoldMoreCommandsThanSixteenBitsCount() {
        builder.begin(RecordLayout.KIND_EFFECT);
        for (int i = 0; i < 70_000; i++) {
            builder.command(1);
            builder.argument("FLUSHALL");
        }
        builder.seal(COMMIT_MICROS, Chain.SEED);
        RecordView view = new RecordView().wrap(builder.address(), builder.length());
        assertEquals(70_000, view.commandCount());
        EffectCursor cursor = new EffectCursor().wrap(view);
        int walked = 0;
        while (cursor.next()) {
            walked++;
        }
        assertEquals(70_000, walked);
        assertNull(cursor.problem());
    }

    @Test
    void shouldCountTheArgumentsOfAnOpenCommand() {
        for (int expected : new int[] {1, 9, 10, 100}) {
            for (int given : new int[] {1, 9, 10, 99, 1_000}) {
                builder.begin(RecordLayout.KIND_EFFECT);
                builder.command(1);
                builder.argument("FLUSHALL");
                builder.openCommand(expected);
                for (int i = 0; i < given; i++) {
                    builder.argumentLong(i);
                }
                builder.closeCommand();
                builder.command(1);
                builder.argument("FLUSHALL");
                builder.seal(COMMIT_MICROS, Chain.SEED);
                EffectCursor cursor =
                        new EffectCursor().wrap(new RecordView().wrap(builder.address(), builder.length()));
                assertTrue(cursor.next() && cursor.next());
                assertEquals(given, cursor.arguments().count());
                assertEquals(given - 1, cursor.arguments().parseLong(given - 1));
                assertTrue(cursor.next());
                assertFalse(cursor.next());
                assertNull(cursor.problem());
            }
        }
    }

    @Test
    void shouldForgetWhatIsTruncated() {
        effect("SET", "k", "v");
        int length = builder.length();
        builder.openCommand(3);
        builder.argument("HDEL");
        builder.argument("k");
        builder.truncate(length, 1);
        builder.seal(1_700_000_000_000_000L, Chain.SEED);
        assertEquals(length, builder.length());
        assertNull(new RecordView().wrap(builder.address(), builder.length()).problem());
    }

    @Test
    void shouldNotAllocateToBuildAndWalk() {
        RecordView view = new RecordView();
        EffectCursor cursor = new EffectCursor();
        long[] chain = new long[1];
        try (NativeBytes value = NativeBytes.of("v".repeat(2000))) {
            long allocated = Allocation.of(20_000, () -> {
                builder.begin(RecordLayout.KIND_EFFECT);
                builder.command(5);
                builder.argument("SET");
                builder.argument(value.address(), 16);
                builder.argument(value.address(), value.length());
                builder.argument("PXAT");
                builder.argumentLong(1_700_000_000_000L);
                builder.seal(COMMIT_MICROS, chain[0]);
                chain[0] = builder.chain();
                cursor.wrap(view.wrap(builder.address(), builder.length()));
                while (view.problem() == null && cursor.next()) {
                    chain[0] += Effect.of(cursor.arguments()).ordinal();
                }
            });
            assertEquals(0, allocated);
        }
    }

    private void effect(String... arguments) {
        builder.begin(RecordLayout.KIND_EFFECT);
        builder.command(arguments.length);
        for (String argument : arguments) {
            builder.argument(argument);
        }
    }

    private static String hex(String latin1) {
        return HexFormat.of().formatHex(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String hex(RecordBuilder record) {
        return HexFormat.of().formatHex(Memory.toBytes(record.address(), record.length()));
    }
}
