package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.record.EntryImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class SnapshotLayoutTest {
    @TempDir
    Path directory;

    /** The bytes of snapshot/README.md; whatever changes them is another format version. */
    @Test
    void shouldWriteGoldenBytes() throws IOException {
        Entry entry = new Entry(0x300000004L, 2, 1_700_000_060_000L, (byte) 1, 0, "key", "value");
        Entry elsewhere = new Entry(0x300000004L, 4, 0, (byte) 0, 5, "k", "v");

        byte[] bytes = Sample.bytes(directory, List.of(entry, elsewhere));

        String golden =
                """
                54 41 49 4c 53 4e 41 50 02 00 00 00 00 00 00 00
                e1 15 82 05 68 00 00 00 00 00 00 00 01 00 00 00
                01 00 00 00 04 00 00 00
                05 00 00 00 03 00 00 00 11 22 33 44 55 66 77 88
                e8 03 00 00 00 00 00 00 01 40 1e 18 24 0a 06 00
                30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 30 31 32 33
                34 35 36 37 38 39 61 62 63 64 65 66 30 31 32 33 34 35 36 37
                08 00 00 00 08 00 00 00
                74 65 72 6d 20 31 0a 0a 61 20 73 74 61 74 65 0a
                8b 39 72 49 46 00 00 00 01 00 00 00 02 00 00 00
                04 00 00 00 03 00 00 00 60 52 e6 cf 8b 01 00 00
                05 00 00 00 02 00 00 00 01 03 00 00
                6b 65 79 76 61 6c 75 65
                04 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00
                01 00 00 00 04 00 00 00 00 01 00 80
                05 00 00 00 6b 76
                93 38 00 47 30 00 00 00 02 00 00 00 04 00 00 00
                09 00 00 00 03 00 00 00 88 77 66 55 44 33 22 11
                f1 03 00 00 00 00 00 00 02 00 00 00 00 00 00 00
                1e 01 00 00 00 00 00 00 5b 2d 3a 3a b7 db 23 e2
                """;
        assertEquals(golden.replaceAll("\\s", ""), HexFormat.of().formatHex(bytes));
    }

    @Test
    void shouldKeepTheSizesThatFilesAlreadyHave() {
        assertEquals(16, SnapshotLayout.PREAMBLE_LENGTH);
        assertEquals(16, SnapshotLayout.CHUNK_HEADER_LENGTH);
        assertEquals(88, SnapshotLayout.HEADER_LINES_OFFSET);
        assertEquals(65_432, SnapshotLayout.MAX_LINES_LENGTH);
        assertEquals(28, EntryImage.HEADER_LENGTH);
        assertEquals(32, EntryImage.MAX_HEADER_LENGTH);
        assertEquals(64, SnapshotLayout.TRAILER_CHUNK_LENGTH);
    }
}
