package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.testkit.LeakCheck;
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
        Entry entry = new Entry(0x300000004L, 2, 1_700_000_060_000L, (byte) 1, "key", "value");

        byte[] bytes = Sample.bytes(directory, List.of(entry));

        String golden =
                """
                54 41 49 4c 53 4e 41 50 01 00 00 00 00 00 00 00
                f7 17 26 9b 5c 00 00 00 00 00 00 00 01 00 00 00
                01 00 00 00 04 00 00 00
                05 00 00 00 03 00 00 00 11 22 33 44 55 66 77 88
                e8 03 00 00 00 00 00 00 01 40 1e 18 24 0a 06 00
                30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 30 31 32 33
                34 35 36 37 38 39 61 62 63 64 65 66 30 31 32 33 34 35 36 37
                08 00 00 00
                74 65 72 6d 20 31 0a 0a
                07 b3 f0 61 24 00 00 00 01 00 00 00 02 00 00 00
                04 00 00 00 03 00 00 00 60 52 e6 cf 8b 01 00 00
                05 00 00 00 02 00 00 00 01 03 00 00
                6b 65 79 76 61 6c 75 65
                ab 7d 4a 47 30 00 00 00 02 00 00 00 04 00 00 00
                09 00 00 00 03 00 00 00 88 77 66 55 44 33 22 11
                f1 03 00 00 00 00 00 00 01 00 00 00 00 00 00 00
                f0 00 00 00 00 00 00 00 3d c2 40 e4 89 07 97 72
                """;
        assertEquals(golden.replaceAll("\\s", ""), HexFormat.of().formatHex(bytes));
    }

    @Test
    void shouldKeepTheSizesThatFilesAlreadyHave() {
        assertEquals(16, SnapshotLayout.PREAMBLE_LENGTH);
        assertEquals(16, SnapshotLayout.CHUNK_HEADER_LENGTH);
        assertEquals(84, SnapshotLayout.HEADER_LINEAGE_OFFSET);
        assertEquals(65_436, SnapshotLayout.MAX_LINEAGE_LENGTH);
        assertEquals(28, SnapshotLayout.ENTRY_HEADER_LENGTH);
        assertEquals(64, SnapshotLayout.TRAILER_CHUNK_LENGTH);
    }
}
