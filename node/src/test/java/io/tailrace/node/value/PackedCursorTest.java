package io.tailrace.node.value;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackedCursorTest {
    private final PackedCursor cursor = new PackedCursor();

    @Test
    void shouldGiveWholeStringsAndSayWhereOneIsCut() {
        List<String> strings = List.of("a", "", "x".repeat(300), "end");
        try (NativeBuffer bytes = new NativeBuffer(1 << 10)) {
            long end = bytes.address();
            List<Integer> ends = new ArrayList<>(List.of(0));
            for (String string : strings) {
                byte[] latin = string.getBytes(StandardCharsets.ISO_8859_1);
                Memory.copyIn(latin, 0, bytes.address() + 600, latin.length);
                PackedBytes.put(end, bytes.address() + 600, latin.length);
                end += PackedBytes.bytesFor(latin.length);
                ends.add((int) (end - bytes.address()));
            }
            for (int length = 0; length <= end - bytes.address(); length++) {
                List<String> seen = new ArrayList<>();
                cursor.wrap(bytes.address(), length);
                while (cursor.next()) {
                    seen.add(Memory.toAscii(cursor.address(), cursor.length()));
                }
                int until = length;
                int whole = (int) ends.stream().filter(at -> at <= until).count() - 1;
                assertEquals(strings.subList(0, whole), seen, "of " + length + " bytes");
                assertEquals(ends.contains(length), cursor.isWhole(), "of " + length + " bytes");
            }
        }
    }
}
