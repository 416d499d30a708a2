package io.tailrace.tools.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RdbFileTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> commands = new ArrayList<>();

    private RdbFileTest put(int... values) {
        for (int value : values) {
            bytes.write(value);
        }
        return this;
    }

    private RdbFileTest text(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    private long read(long skip) throws IOException {
        commands.clear();
        CommandSink sink = arguments -> commands.add(Stream.of(arguments)
                .map(each ->
                        each instanceof byte[] raw ? new String(raw, StandardCharsets.ISO_8859_1) : each.toString())
                .collect(Collectors.joining(" ")));
        try (RdbFile file = new RdbFile(new RdbInput(new ByteArrayInputStream(bytes.toByteArray())), sink)) {
            return file.read(skip, (keys, position) -> {});
        }
    }

    /** The type of sets that Redis 7.2 added, with a deadline, an idle time and a slot's sizes before it. */
    @Test
    void shouldReadASetOfALaterVersion() throws IOException {
        text("REDIS0011").put(0xfa, 1).text("a").put(1).text("b").put(0xfe, 4, 0xfb, 2, 1, 0xf4, 1, 2, 3);
        put(0xfc, 0, 0, 1, 0, 0, 0, 0, 0, 0xf8, 5, 20, 1).text("s");
        put(16, 16, 0, 0, 0, 3, 0, 0x81).text("a").put(2, 7, 1, 0x82).text("bc").put(3, 0xff);
        put(0, 1).text("k").put(0xc1, 0xff, 0xff).put(0xff, 0, 0, 0, 0, 0, 0, 0, 0);
        assertEquals(2, read(0));
        assertEquals(List.of("SELECT 4", "DEL s", "SADD s a 7 bc", "PEXPIREAT s 65536", "SET k -1"), commands);
        assertEquals(2, read(1));
        assertEquals(List.of("SELECT 4", "SET k -1"), commands);
    }

    /** Streams as Redis 7.2 writes them: with the time at which a consumer was active last. */
    @Test
    void shouldReadAStreamOfALaterVersion() throws IOException {
        int[] id = {0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1};
        text("REDIS0011").put(0xfe, 0, 21, 1).text("s").put(1, 16).put(id);
        put(29, 29, 0, 0, 0, 10, 0, 1, 1, 0, 1, 1, 1, 0x81).text("f").put(2, 0, 1, 2, 1, 0, 1, 0, 1, 0x81);
        text("v").put(2, 4, 1, 0xff);
        put(1, 5, 1, 5, 1, 0, 0, 1);
        put(1, 1).text("g").put(5, 1, 1, 1).put(id).put(7, 0, 0, 0, 0, 0, 0, 0, 1);
        put(1, 1)
                .text("c")
                .put(8, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1)
                .put(id);
        put(0xff, 0, 0, 0, 0, 0, 0, 0, 0);
        assertEquals(1, read(0));
        assertEquals(
                List.of(
                        "SELECT 0",
                        "DEL s",
                        "XADD s 5-1 f v",
                        "XSETID s 5-1 ENTRIESADDED 1 MAXDELETEDID 0-0",
                        "XGROUP CREATE s g 5-1 ENTRIESREAD 1",
                        "XGROUP CREATECONSUMER s g c",
                        "XCLAIM s g c 0 5-1 TIME 7 RETRYCOUNT 1 FORCE JUSTID"),
                commands);
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        text("REDIS0010").put(7, 1).text("m");
        String refused = assertThrows(IOException.class, () -> read(0)).getMessage();
        assertTrue(refused.contains("of type 7, which belongs to a module or a later Redis"), refused);
        bytes.reset();
        text("REDIS0010").put(0xf7);
        refused = assertThrows(IOException.class, () -> read(0)).getMessage();
        assertTrue(refused.startsWith("data of a module before byte 10"), refused);
        bytes.reset();
        text("HELLO0010");
        refused = assertThrows(IOException.class, () -> read(0)).getMessage();
        assertTrue(refused.startsWith("this is not an RDB file"), refused);
        bytes.reset();
        text("REDIS0010").put(16, 1).text("h").put(8, 8, 0, 0, 0, 1, 0, 1, 1, 0xff);
        refused = assertThrows(IOException.class, () -> read(0)).getMessage();
        assertTrue(refused.contains("is damaged"), refused);
    }

    @Test
    void shouldEndWithAnErrorWhereverTheFileIsCut() throws IOException {
        text("REDIS0010").put(0xfe, 0, 0, 3).text("key").put(5).text("value");
        put(2, 1).text("s").put(2, 1).text("a", "b").put(0xff, 0, 0, 0, 0, 0, 0, 0, 0);
        byte[] whole = bytes.toByteArray();
        assertEquals(2, read(0));
        for (int length = 0; length < whole.length; length++) {
            bytes.reset();
            bytes.write(whole, 0, length);
            assertThrows(IOException.class, () -> read(0), "cut at " + length);
        }
    }

    private RdbFileTest text(String first, String second) {
        return text(first).put(1).text(second);
    }

    @Test
    void shouldReadCommandsUpToTheLastAndNoPartOfOne() throws IOException {
        String text = "*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nDEL\r\n$0\r\n\r\n";
        for (int length = 0; length <= text.length(); length++) {
            CommandFile file = new CommandFile(
                    new DataInputStream(
                            new ByteArrayInputStream(text.substring(0, length).getBytes(StandardCharsets.US_ASCII))),
                    0);
            boolean isWhole = length == 0 || length == 14 || length == text.length();
            if (isWhole) {
                int count = 0;
                while (file.next() != null) {
                    count++;
                }
                assertEquals(length == 0 ? 0 : length == 14 ? 1 : 2, count);
            } else {
                assertThrows(IOException.class, () -> {
                    while (file.next() != null) {}
                });
            }
        }
    }

    /** Redis's append-only file has the time on lines of its own, where it is told to. */
    @Test
    void shouldReadCommandsBetweenLinesOfTime() throws IOException {
        String text = "#TS:1769860800\r\n*1\r\n$4\r\nPING\r\n#TS:1769860801\r\n";
        CommandFile file = new CommandFile(
                new DataInputStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII))), 100);
        assertEquals(1, file.next().length);
        assertEquals(100 + text.lastIndexOf('#'), file.position());
        assertEquals(null, file.next());
        assertEquals(100 + text.length(), file.position());
    }
}
