package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.dump.LogFixture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsCommandTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private Path older;
    private Path newer;

    @BeforeEach
    void write() {
        try (LogFixture log = LogFixture.createShard(dir, 1, 0)) {
            log.openSegment().effect("SET a 1");
            older = log.snapshot("a1");
            log.effect("SET b 22");
            newer = log.snapshot("a1", "b22");
        }
    }

    private int run(Path source, String... arguments) {
        out.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("snapshots", source.toString()));
        all.addAll(List.of(arguments));
        return Tailrace.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all.toArray(new String[0]));
    }

    private static String line(Path file, String from, String to, int keys, String created) throws IOException {
        return file + ": shard 0 of 1, begins " + from + ", ends " + to + ", " + keys + " keys, " + Files.size(file)
                + " bytes, created 2026-01-31T12:00:00." + created + "Z, history " + LogFixture.HISTORY;
    }

    @Test
    void shouldListAndCheckThoseOfANodeOfAShardOfADirectoryAndOneFile() throws IOException {
        String first = line(older, "1:2", "1:1", 1, "002000") + ": good\n";
        String second = line(newer, "1:3", "1:2", 2, "003000") + ": good\n";
        for (Path source : List.of(dir, dir.resolve("shard-0"), older.getParent())) {
            assertEquals(0, run(source), out::toString);
            assertEquals(first + second, out.toString());
        }
        assertEquals(0, run(newer));
        assertEquals(second, out.toString());
    }

    @Test
    void shouldFindDamageBetweenBeginAndEnd() throws IOException {
        flip(newer, (int) Files.size(newer) / 2);
        assertEquals(1, run(dir));
        String[] lines = out.toString().split("\n");
        assertEquals(line(older, "1:2", "1:1", 1, "002000") + ": good", lines[0]);
        assertTrue(lines[1].startsWith(line(newer, "1:3", "1:2", 2, "003000") + ": damaged: "), lines[1]);
        // which is what --quick does not look at
        assertEquals(0, run(dir, "--quick"));
        assertTrue(out.toString().endsWith(": begin and end are good\n"), out.toString());
    }

    @Test
    void shouldFindACutFileAlsoQuickly() throws IOException {
        Files.write(newer, Arrays.copyOf(Files.readAllBytes(newer), (int) Files.size(newer) - 1));
        assertEquals(1, run(newer, "--quick"));
        assertTrue(out.toString().contains("damaged: "), out.toString());
    }

    @Test
    void shouldWriteAnObjectPerFile() throws IOException {
        flip(older, (int) Files.size(older) - 1);
        assertEquals(1, run(dir, "--format", "json"));
        String[] lines = out.toString().split("\n");
        assertTrue(lines[0].contains("\"good\":false,\"problem\":\""), lines[0]);
        assertTrue(lines[1].contains("\"begin\":\"1:3\","), lines[1]);
        assertTrue(lines[1].contains("\"keys\":2,"), lines[1]);
        assertTrue(lines[1].endsWith("\"good\":true,\"problem\":null}"), lines[1]);
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }
}
