package io.tailrace.wire.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.handshake.FrameDecoder.Outcome;
import io.tailrace.wire.memory.Allocation;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBytes;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class FrameTest {
    private static final int MAX_RECORD = 1 << 20;
    private static final String RECORD_BYTES = "a record of at least 24 bytes";
    private static final long INDEX = 0x0000_0003_0000_0029L;

    private ReplyWriter out;
    private FrameWriter frames;

    @BeforeEach
    void open() {
        out = new ReplyWriter(64);
        frames = new FrameWriter(out);
    }

    @AfterEach
    void close() {
        out.close();
    }

    @Test
    void shouldHaveTheBytesOfTheSpecification() {
        try (NativeBytes record = NativeBytes.of(RECORD_BYTES)) {
            frames.record(INDEX, record.address(), record.length());
            shouldBe("1d000000 01 000000 2900000003000000" + hex(RECORD_BYTES));
            frames.snapshotChunk(65536, record.address(), 3);
            shouldBe("03000000 05 000000 0000010000000000 612072");
        }
        frames.ping(INDEX, 0x00060a24181e4000L, 1042);
        shouldBe("10000000 02 000000 2900000003000000 00401e18240a0600 1204000000000000");
        frames.ack(INDEX, INDEX + 2, INDEX + 1, 0x1122334455667788L, 0x00060a24181e4000L);
        shouldBe("20000000 03 000000 2900000003000000"
                + "2b00000003000000 2a00000003000000 8877665544332211 00401e18240a0600");
        frames.snapshotBegin(INDEX, "s-1");
        shouldBe("03000000 04 000000 2900000003000000 732d31");
        frames.snapshotEnd(70_000);
        shouldBe("00000000 06 000000 7011010000000000");
        frames.error("no");
        shouldBe("02000000 07 000000 0000000000000000 6e6f");
        frames.force();
        shouldBe("00000000 0b 000000 0000000000000000");
        frames.probe(0x00060a24181e4000L);
        shouldBe("00000000 0c 000000 00401e18240a0600");
        frames.probed(INDEX, 0x00060a24181e4000L, -1);
        shouldBe("10000000 0d 000000 2900000003000000 00401e18240a0600 ffffffffffffffff");
        frames.waiting(INDEX, 2);
        shouldBe("04000000 11 000000 2900000003000000 02000000");
        shouldFetchWithTheBytesOfTheSpecification();
    }

    private void shouldFetchWithTheBytesOfTheSpecification() {
        try (NativeBytes keys = NativeBytes.of(HexFormat.of().parseHex("00000000010000006b"));
                NativeBytes value = NativeBytes.of("v1")) {
            frames.fetch(keys.address(), keys.length());
            shouldBe("09000000 08 000000 0000000000000000 00000000 01000000 6b");
            frames.fetch(keys.address(), 0);
            shouldBe("00000000 08 000000 0000000000000000");
            long key = keys.address() + 2 * Integer.BYTES;
            try (NativeBytes header = NativeBytes.of(" ".repeat(EntryImage.MAX_HEADER_LENGTH))) {
                EntryImage.putVersion(header.address(), INDEX, 2, 0x018bcfe56800L);
                EntryImage.putLengths(header.address(), (byte) 1, 1, value.length());
                frames.entry(new EntryImage().wrap(header.address(), key, value.address()));
                shouldBe("1f000000 09 000000 2900000003000000 2900000003000000 0068e5cf8b010000 02000000 02000000"
                        + " 01 010000 6b 7631");
                EntryImage.putLengths(header.address(), (byte) 1, 5, 1, value.length());
                frames.entry(new EntryImage().wrap(header.address(), key, value.address()));
                shouldBe("23000000 09 000000 2900000003000000 2900000003000000 0068e5cf8b010000 02000000 02000000"
                        + " 01 010080 05000000 6b 7631");
            }
            frames.noEntry(0, key, 1);
            shouldBe("1d000000 09 000000 ffffffffffffffff ffffffffffffffff 0000000000000000 00000000 00000000"
                    + " 00 010000 6b");
            frames.noEntry(5, key, 1);
            shouldBe("21000000 09 000000 ffffffffffffffff ffffffffffffffff 0000000000000000 00000000 00000000"
                    + " 00 010080 05000000 6b");
            Memory.copy(value.address(), frames.elements(1, 2), 2);
            shouldBe("02000000 0f 000000 0100000000000000 7631");
            frames.elementsEnd(1042);
            shouldBe("00000000 10 000000 1204000000000000");
        }
        frames.fetched(INDEX, 0x1122334455667788L, 1042);
        shouldBe("10000000 0a 000000 2900000003000000 8877665544332211 1204000000000000");
    }

    @Test
    void shouldReadBackWhatWasWritten() {
        assertEquals(
                List.of(
                        "RECORD " + INDEX + " " + RECORD_BYTES,
                        "PING " + INDEX + " 11 12",
                        "ACK " + INDEX + " 21 22 23 24",
                        "SNAPSHOT_BEGIN " + INDEX + " id-1",
                        "SNAPSHOT_CHUNK 100 " + RECORD_BYTES,
                        "SNAPSHOT_END 129",
                        "ERROR 0 reason"),
                decode(everyType()));
    }

    @Test
    void shouldReadTheSameAtEverySplitPoint() {
        byte[] bytes = everyType();
        List<String> expected = decode(bytes);
        int[] everywhere = new int[bytes.length];
        for (int cut = 0; cut < bytes.length; cut++) {
            everywhere[cut] = cut;
            assertEquals(expected, decode(bytes, cut));
        }
        assertEquals(expected, decode(bytes, everywhere));
    }

    @ParameterizedTest
    @CsvSource({
        "00000000 00 000000, frame of unknown type 0",
        "00000000 12 000000, frame of unknown type 18",
        "00000000 ff 000000, frame of unknown type 255",
        "00000000 06 010000, frame of type 6 with reserved bytes that are not zero",
        "00000000 06 000001, frame of type 6 with reserved bytes that are not zero",
        "17000000 01 000000, RECORD frame with a body of 23 bytes",
        "01001000 01 000000, RECORD frame with a body of 1048577 bytes",
        "ffffffff 01 000000, RECORD frame with a body of 4294967295 bytes",
        "0f000000 02 000000, PING frame with a body of 15 bytes",
        "11000000 02 000000, PING frame with a body of 17 bytes",
        "1f000000 03 000000, ACK frame with a body of 31 bytes",
        "21000000 03 000000, ACK frame with a body of 33 bytes",
        "00000000 04 000000, SNAPSHOT_BEGIN frame with a body of 0 bytes",
        "81000000 04 000000, SNAPSHOT_BEGIN frame with a body of 129 bytes",
        "00000000 05 000000, SNAPSHOT_CHUNK frame with a body of 0 bytes",
        "01000100 05 000000, SNAPSHOT_CHUNK frame with a body of 65537 bytes",
        "01000000 06 000000, SNAPSHOT_END frame with a body of 1 bytes",
        "01020000 07 000000, ERROR frame with a body of 513 bytes",
        "01000200 08 000000, FETCH frame with a body of 131073 bytes",
        "03000000 0e 000000, FETCH_MEMBERS frame with a body of 3 bytes",
        "01000200 0e 000000, FETCH_MEMBERS frame with a body of 131073 bytes",
        "1b000000 09 000000, ENTRY frame with a body of 27 bytes",
        "01001200 09 000000, ENTRY frame with a body of 1179649 bytes",
        "0f000000 0a 000000, FETCHED frame with a body of 15 bytes",
        "11000000 0a 000000, FETCHED frame with a body of 17 bytes",
        "01000000 0b 000000, FORCE frame with a body of 1 bytes",
        "01000000 0c 000000, PROBE frame with a body of 1 bytes",
        "0f000000 0d 000000, PROBED frame with a body of 15 bytes",
        "11000000 0d 000000, PROBED frame with a body of 17 bytes",
        "03000000 11 000000, WAITING frame with a body of 3 bytes",
        "05000000 11 000000, WAITING frame with a body of 5 bytes"
    })
    void shouldRefuseAWrongHeaderBeforeItsBody(String header, String problem) {
        byte[] bytes = HexFormat.of().parseHex((header + "0000000000000000").replace(" ", ""));
        FrameDecoder decoder = new FrameDecoder(MAX_RECORD);
        try (NativeBytes seen = NativeBytes.of(bytes)) {
            for (int length = 0; length < bytes.length; length++) {
                assertEquals(Outcome.NEED_MORE, decoder.decode(seen.address(), length));
                assertEquals(16, decoder.needed());
            }
            assertEquals(Outcome.MALFORMED, decoder.decode(seen.address(), bytes.length));
            assertEquals(problem, decoder.problem());
            assertEquals(0, decoder.consumed());
        }
    }

    @Test
    void shouldNeverBreakOnRandomBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = everyType();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertEquals(decode(bytes), decode(bytes, random.nextInt(bytes.length)), () -> "seed " + seed);
        }
    }

    @Test
    void shouldCutAnErrorOffAtItsLimit() {
        frames.error("x".repeat(2000));
        assertEquals(List.of("ERROR 0 " + "x".repeat(512)), decode(taken()));
    }

    @Test
    void shouldNotAllocateToWriteAndRead() {
        FrameDecoder decoder = new FrameDecoder(MAX_RECORD);
        try (NativeBytes record = NativeBytes.of("r".repeat(500))) {
            long allocated = Allocation.of(20_000, () -> {
                frames.record(INDEX, record.address(), record.length());
                frames.ack(1, 2, 3, 4, 5);
                frames.ping(1, 2, 3);
                frames.snapshotChunk(0, record.address(), record.length());
                while (decoder.decode(out.address(), out.pending()) == Outcome.FRAME) {
                    out.drained(decoder.consumed());
                }
            });
            assertEquals(0, allocated);
            assertEquals(0, out.pending());
        }
    }

    private byte[] everyType() {
        try (NativeBytes record = NativeBytes.of(RECORD_BYTES)) {
            frames.record(INDEX, record.address(), record.length());
            frames.ping(INDEX, 11, 12);
            frames.ack(INDEX, 21, 22, 23, 24);
            frames.snapshotBegin(INDEX, "id-1");
            frames.snapshotChunk(100, record.address(), record.length());
            frames.snapshotEnd(129);
            frames.error("reason");
        }
        return taken();
    }

    private byte[] taken() {
        byte[] bytes = Memory.toBytes(out.address(), out.pending());
        out.drained(out.pending());
        return bytes;
    }

    private void shouldBe(String hex) {
        assertEquals(hex.replace(" ", ""), HexFormat.of().formatHex(taken()));
    }

    private static String hex(String ascii) {
        return HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private static List<String> decode(byte[] bytes, int... cuts) {
        FrameDecoder decoder = new FrameDecoder(MAX_RECORD);
        List<String> found = new ArrayList<>();
        int consumed = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int end = i < cuts.length ? cuts[i] : bytes.length;
            Outcome outcome = Outcome.FRAME;
            while (outcome == Outcome.FRAME) {
                try (NativeBytes seen = NativeBytes.of(Arrays.copyOfRange(bytes, consumed, end))) {
                    outcome = decoder.decode(seen.address(), seen.length());
                    consumed += decoder.consumed();
                    if (outcome == Outcome.FRAME) {
                        found.add(text(decoder));
                    } else if (outcome == Outcome.MALFORMED) {
                        found.add(decoder.problem());
                        return found;
                    } else {
                        assertFalse(decoder.needed() <= seen.length());
                    }
                }
            }
        }
        return found;
    }

    private static String text(FrameDecoder decoder) {
        StringBuilder text = new StringBuilder(FrameLayout.typeName(decoder.type()))
                .append(' ')
                .append(decoder.argument());
        if (decoder.type() == FrameLayout.PING || decoder.type() == FrameLayout.ACK) {
            for (int at = 0; at < decoder.bodyLength(); at += 8) {
                text.append(' ').append(decoder.bodyLong(at));
            }
        } else if (decoder.bodyLength() > 0) {
            text.append(' ').append(decoder.bodyAscii());
        }
        return text.toString();
    }
}
