package io.tailrace.wire.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.Allocation;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class PartRecordTest {
    private static final long COMMIT_MICROS = 1_700_000_000_000_000L;
    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    private static final ShardIndexes NONE = new ShardIndexes();
    private static final ShardIndexes TWO =
            new ShardIndexes().add(0, QueueIndex.of(3, 41)).add(2, QueueIndex.of(0, 7));

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
    void shouldHaveTheBytesOfTheReadmesExample() {
        set("k", "v");
        builder.part(TWO, NONE);
        builder.seal(COMMIT_MICROS, Chain.SEED);
        String names = "*5\r\n$4\r\nPART\r\n$1\r\n0\r\n$11\r\n12884901929\r\n$1\r\n2\r\n$1\r\n7\r\n";
        assertEquals(
                "23020000" + "50000000" + "00401e18240a0600" + "74363b053821f0ed" + hex(names)
                        + hex("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"),
                hexOfRecord());
        assertEquals(names.length(), RecordBuilder.namesLength(TWO, NONE));
    }

    @Test
    void shouldSayWhatItNeedsBehindItsNames() {
        set("k", "v");
        ShardIndexes needs = new ShardIndexes().add(1, 9).add(3, QueueIndex.of(1, 0));
        builder.part(TWO, needs);
        builder.seal(COMMIT_MICROS, Chain.SEED);
        String text = Memory.toAscii(builder.recordAddress() + 24, builder.recordLength() - 24);
        assertEquals(
                "*5\r\n$4\r\nPART\r\n$1\r\n0\r\n$11\r\n12884901929\r\n$1\r\n2\r\n$1\r\n7\r\n"
                        + "*5\r\n$5\r\nNEEDS\r\n$1\r\n1\r\n$1\r\n9\r\n$1\r\n3\r\n$10\r\n4294967296\r\n"
                        + "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n",
                text);
        PartView part = new PartView();
        assertNull(part.wrap(sealed()));
        assertTrue(part.parts().isSame(TWO));
        assertTrue(part.needs().isSame(needs));
        assertEquals(List.of("SET k v"), effects());
    }

    @Test
    void shouldKeepOffsetsWhereTheyWere() {
        builder.begin(RecordLayout.KIND_EFFECT);
        builder.command(2);
        builder.argument("DEL");
        int key = builder.argument("key");
        ShardIndexes many = new ShardIndexes();
        for (int shard = 0; shard < 100; shard++) {
            many.add(shard, QueueIndex.of(shard, shard));
        }
        int length = builder.length();
        builder.part(many, NONE);
        builder.seal(COMMIT_MICROS, Chain.SEED);
        assertEquals("key", Memory.toAscii(builder.address() + key, 3));
        assertEquals(1, builder.commandCount());
        assertEquals(length, builder.length());
        assertEquals(length + RecordBuilder.namesLength(many, NONE), builder.recordLength());
        PartView part = new PartView();
        assertNull(part.wrap(sealed()));
        assertTrue(part.parts().isSame(many));
        assertEquals(QueueIndex.of(7, 7), part.parts().of(7));
        assertEquals(QueueIndex.NONE, part.parts().of(100));
    }

    @Test
    void shouldBuildAnOrdinaryRecordAfterIt() {
        set("k", "v");
        builder.part(TWO, NONE);
        builder.seal(COMMIT_MICROS, Chain.SEED);
        set("k", "v");
        builder.seal(COMMIT_MICROS, Chain.SEED);
        assertEquals(builder.address(), builder.recordAddress());
        assertEquals("812d56df1010bb95", HexText.of(builder.chain()));
        assertFalse(sealed().isPart());
        PartView part = new PartView();
        assertNull(part.wrap(sealed()));
        assertFalse(part.isPart());
    }

    @Test
    void shouldWalkOnlyTheEffects() {
        builder.begin(RecordLayout.KIND_EFFECT);
        command("SELECT", "3");
        command("RPUSH", "list", "a", "b");
        command("DEL", "x");
        builder.part(TWO, NONE);
        builder.seal(COMMIT_MICROS, Chain.SEED);
        assertEquals(List.of("SELECT 3", "RPUSH list a b", "DEL x"), effects());
        assertEquals(4, sealed().commandCount());
        assertTrue(sealed().hasEffects());
        assertNull(new EffectCheck().problem(sealed()));
    }

    @Test
    void shouldTellTransactionsApart() {
        set("k", "v");
        builder.part(TWO, NONE);
        builder.seal(COMMIT_MICROS, Chain.SEED);
        try (RecordBuilder other = new RecordBuilder()) {
            PartView one = new PartView();
            assertNull(one.wrap(sealed()));
            for (ShardIndexes parts :
                    List.of(TWO, new ShardIndexes().add(0, QueueIndex.of(3, 41)).add(2, 8))) {
                other.begin(RecordLayout.KIND_EFFECT);
                other.command(2);
                other.argument("DEL");
                other.argument("another");
                other.part(parts, NONE);
                other.seal(COMMIT_MICROS, 77);
                PartView two = new PartView();
                assertNull(two.wrap(new RecordView().wrap(other.recordAddress(), other.recordLength())));
                assertEquals(parts == TWO, one.isSameTransaction(two));
            }
        }
    }

    @Test
    void shouldRefuseNamesThatCanNotBe() {
        String effect = "*2\r\n$3\r\nDEL\r\n$1\r\nx\r\n";
        String good = "*3\r\n$4\r\nPART\r\n$1\r\n0\r\n$1\r\n7\r\n";
        assertNull(problemOf(2, good + effect));
        String noNames = "it is a part without the names of all parts";
        assertEquals(noNames, problemOf(2, effect + good));
        for (String names : new String[] {
            "*1\r\n$4\r\nPART\r\n",
            "*2\r\n$4\r\nPART\r\n$1\r\n0\r\n",
            "*4\r\n$4\r\nPART\r\n$1\r\n0\r\n$1\r\n7\r\n$1\r\n1\r\n",
            "*5\r\n$4\r\nPART\r\n$1\r\n1\r\n$1\r\n7\r\n$1\r\n0\r\n$1\r\n7\r\n",
            "*5\r\n$4\r\nPART\r\n$1\r\n1\r\n$1\r\n7\r\n$1\r\n1\r\n$1\r\n8\r\n",
            "*3\r\n$4\r\nPART\r\n$2\r\n-1\r\n$1\r\n7\r\n",
            "*3\r\n$4\r\nPART\r\n$1\r\n0\r\n$2\r\n-1\r\n",
            "*3\r\n$4\r\nPART\r\n$5\r\n65536\r\n$1\r\n7\r\n",
            "*3\r\n$4\r\nPART\r\n$1\r\n0\r\n$2\r\n07\r\n",
            "*3\r\n$5\r\nNEEDS\r\n$1\r\n0\r\n$1\r\n7\r\n",
        }) {
            assertEquals(noNames, problemOf(2, names + effect), names);
        }
        assertEquals("it is a part without an effect", problemOf(2, good + good.replace("4\r\nPART", "5\r\nNEEDS")));
        assertEquals("its NEEDS are malformed", problemOf(3, good + "*1\r\n$5\r\nNEEDS\r\n" + effect));
    }

    @Test
    void shouldBreakNowhereWhateverByteIsChangedOrCutOff() {
        set("k", "v");
        builder.part(TWO, new ShardIndexes().add(1, 9));
        builder.seal(COMMIT_MICROS, Chain.SEED);
        byte[] bytes = Memory.toBytes(builder.recordAddress(), builder.recordLength());
        PartView part = new PartView();
        EffectCheck check = new EffectCheck();
        for (int length = RecordLayout.HEADER_LENGTH; length < bytes.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(bytes, length);
            int payload = length - RecordLayout.HEADER_LENGTH;
            for (int i = 0; i < Integer.BYTES; i++) {
                cut[RecordLayout.PAYLOAD_LENGTH_OFFSET + i] = (byte) (payload >>> 8 * i);
            }
            try (NativeBytes native1 = NativeBytes.of(cut)) {
                RecordView view = new RecordView().wrap(native1.address(), length);
                assertNull(view.problem());
                part.wrap(view);
                assertNotNull(check.problem(view), "cut at " + length);
            }
        }
        for (int at = RecordLayout.HEADER_LENGTH; at < bytes.length; at++) {
            for (int with : new int[] {0, '\r', '*', '$', '-', '0', '9', 'G', 0xff}) {
                byte[] changed = bytes.clone();
                changed[at] = (byte) with;
                try (NativeBytes native1 = NativeBytes.of(changed)) {
                    RecordView view = new RecordView().wrap(native1.address(), changed.length);
                    part.wrap(view);
                    check.problem(view);
                }
            }
        }
    }

    @Test
    void shouldBeInItsOwnPlaceOfItsLog() {
        assertNull(verified(new ShardIndexes().add(0, 5).add(1, 1)));
        assertNull(verified(new ShardIndexes().add(1, 1)));
        assertEquals(
                "it is a part of another place: of 0@0:5 1@0:2",
                verified(new ShardIndexes().add(0, 5).add(1, 2)));
        assertEquals("it is a part of another place: of 0@0:1", verified(new ShardIndexes().add(0, 1)));
        assertEquals(
                "it names a part of shard 4 of 4",
                verified(new ShardIndexes().add(1, 1).add(4, 9)));
    }

    @Test
    void shouldNotAllocateToBuildAndRead() {
        RecordView view = new RecordView();
        PartView part = new PartView();
        EffectCursor cursor = new EffectCursor();
        long[] sum = new long[1];
        long allocated = Allocation.of(20_000, () -> {
            builder.begin(RecordLayout.KIND_EFFECT);
            builder.command(2);
            builder.argument("DEL");
            builder.argument("key");
            builder.part(TWO, NONE);
            builder.seal(COMMIT_MICROS, sum[0]);
            view.wrap(builder.recordAddress(), builder.recordLength());
            if (view.problem() == null && part.wrap(view) == null) {
                sum[0] += part.parts().of(2);
            }
            cursor.wrap(view);
            while (cursor.next()) {
                sum[0]++;
            }
        });
        assertEquals(0, allocated);
        assertTrue(sum[0] > 0);
    }

    /** What is wrong with a part of shard 1 of 4 at index 0:1, or null. */
    private String verified(ShardIndexes names) {
        ChainVerifier verifier = new ChainVerifier();
        new SegmentRecord(HISTORY, 0, SegmentRecord.Previous.NONE, 4, 1).encode(builder);
        builder.seal(1, Chain.SEED);
        assertNull(verifier.next(0, sealed()));
        set("k", "v");
        builder.part(names, NONE);
        builder.seal(2, verifier.chain());
        return verifier.next(1, sealed());
    }

    private static String problemOf(int commands, String payload) {
        byte[] bytes = ("h".repeat(RecordLayout.HEADER_LENGTH) + payload).getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBytes record = NativeBytes.of(bytes)) {
            RecordLayout.putHeader(record.address(), RecordLayout.KIND_PART, commands, payload.length(), 0);
            RecordView view = new RecordView().wrap(record.address(), record.length());
            assertNull(view.problem());
            return new PartView().wrap(view);
        }
    }

    private List<String> effects() {
        List<String> effects = new ArrayList<>();
        EffectCursor cursor = new EffectCursor().wrap(sealed());
        while (cursor.next()) {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < cursor.arguments().count(); i++) {
                words.add(cursor.arguments().ascii(i));
            }
            effects.add(String.join(" ", words));
        }
        assertNull(cursor.problem());
        return effects;
    }

    private RecordView sealed() {
        RecordView view = new RecordView().wrap(builder.recordAddress(), builder.recordLength());
        assertNull(view.problem());
        return view;
    }

    private void set(String key, String value) {
        builder.begin(RecordLayout.KIND_EFFECT);
        command("SET", key, value);
    }

    private void command(String... arguments) {
        builder.command(arguments.length);
        for (String argument : arguments) {
            builder.argument(argument);
        }
    }

    private static String hex(String latin1) {
        return HexFormat.of().formatHex(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String hexOfRecord() {
        return HexFormat.of().formatHex(Memory.toBytes(builder.recordAddress(), builder.recordLength()));
    }
}
