package io.tailrace.node.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    private Path dir;

    private long micros;

    private LogFile open(long mostBytes, int kept) throws IOException {
        return new LogFile(dir.resolve("node.log"), mostBytes, kept, () -> micros);
    }

    private static void write(LogFile file, String line) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        file.write(bytes, bytes.length);
    }

    private String read(String name) throws IOException {
        return Files.readString(dir.resolve(name));
    }

    @Test
    void shouldMoveFullFilesAsideAndKeepSoMany() throws IOException {
        try (LogFile file = open(10, 2)) {
            for (char c = 'a'; c <= 'e'; c++) {
                write(file, c + "2345678\n");
            }
        }

        assertEquals("e2345678\n", read("node.log"));
        assertEquals("d2345678\n", read("node.log.1"));
        assertEquals("c2345678\n", read("node.log.2"));
        assertFalse(Files.exists(dir.resolve("node.log.3")));
    }

    @Test
    void shouldKeepNoneWhenNoneAreWanted() throws IOException {
        try (LogFile file = open(10, 0)) {
            write(file, "a2345678\n");
            write(file, "b2345678\n");
        }

        assertEquals("b2345678\n", read("node.log"));
        assertEquals(1, dir.toFile().list().length);
    }

    @Test
    void shouldAppendToWhatIsThereAndCountIt() throws IOException {
        Files.writeString(dir.resolve("node.log"), "before\n");
        try (LogFile file = open(20, 1)) {
            write(file, "after\n");
            assertEquals("before\nafter\n", read("node.log"));
            write(file, "after that\n");
        }

        assertEquals("before\nafter\n", read("node.log.1"));
        assertEquals("after that\n", read("node.log"));
    }

    /** As logrotate does: it moves the file and tells nobody. */
    @Test
    void shouldMakeTheFileAnewWhenItWasMovedOrRemoved() throws IOException {
        try (LogFile file = open(0, 0)) {
            write(file, "one\n");
            Files.move(dir.resolve("node.log"), dir.resolve("node.log-20260131"));
            micros += 499_999;
            write(file, "two\n");
            micros++;
            write(file, "three\n");
            assertEquals("one\ntwo\n", read("node.log-20260131"));
            assertEquals("three\n", read("node.log"));

            Files.delete(dir.resolve("node.log"));
            Files.writeString(dir.resolve("node.log"), "another's\n");
            micros += 500_000;
            write(file, "four\n");
            assertEquals("another's\nfour\n", read("node.log"));
        }
    }

    /** As logrotate does with copytruncate. */
    @Test
    void shouldGoOnAtTheBeginningOfAFileThatWasCut() throws IOException {
        try (LogFile file = open(10, 1)) {
            write(file, "a2345678\n");
            Files.writeString(dir.resolve("node.log"), "");
            micros += 500_000;
            write(file, "b2345678\n");
        }

        assertEquals("b2345678\n", read("node.log"));
        assertFalse(Files.exists(dir.resolve("node.log.1")), "it was not full");
    }

    @Test
    void shouldTryAgainAfterAFailure() throws IOException {
        Path place = Files.createDirectory(dir.resolve("place"));
        try (LogFile file = new LogFile(place.resolve("node.log"), 0, 0, () -> micros)) {
            Files.delete(place.resolve("node.log"));
            Files.delete(place);
            micros += 500_000;
            assertThrows(IOException.class, () -> write(file, "lost\n"));
            assertThrows(IOException.class, () -> write(file, "lost\n"));
            Files.createDirectory(place);
            write(file, "there\n");
            assertEquals("there\n", Files.readString(place.resolve("node.log")));
        }
    }

    /** A directory is where the older file is to go: the lines are written nevertheless, and it is tried again later. */
    @Test
    void shouldWriteOnWhereItCanNotMoveTheFileAside() throws IOException {
        Path inTheWay = Files.createDirectories(dir.resolve("node.log.1/x"));
        try (LogFile file = open(10, 1)) {
            write(file, "a2345678\n");
            LogRotationException problem = assertThrows(LogRotationException.class, () -> write(file, "b2345678\n"));
            assertTrue(problem.getMessage().contains("node.log"), problem::getMessage);
            write(file, "\n");
            assertEquals("a2345678\nb2345678\n\n", read("node.log"));

            Files.delete(inTheWay);
            Files.delete(inTheWay.getParent());
            write(file, "d2345678\n");
        }
        assertEquals("d2345678\n", read("node.log"));
        assertEquals("a2345678\nb2345678\n\n", read("node.log.1"));
    }
}
