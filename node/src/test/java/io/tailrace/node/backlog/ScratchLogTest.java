package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchLogTest {
    @TempDir
    Path data;

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
        }
    }

    @Test
    void shouldKeepTwoSegmentsAndLeaveNothing() throws IOException {
        Path directory = data.resolve("warm-up");
        try (ScratchLog log = ScratchLog.open(directory)) {
            for (int i = 0; i < 20; i++) {
                log.roll();
            }
            assertEquals(List.of("19700101-000019S.cq4", "19700101-000020S.cq4", "metadata.cq4t"), files(directory));
        }
        assertFalse(Files.exists(directory));
    }

    @Test
    void shouldRemoveWhatAKilledProcessHasLeft() throws IOException {
        Path directory = Files.createDirectory(data.resolve("warm-up"));
        Files.writeString(directory.resolve("19700101-000007S.cq4"), "no queue");
        Files.writeString(directory.resolve("19700101-000008S.precreated"), "");
        try (ScratchLog log = ScratchLog.open(directory)) {
            log.roll();
            assertEquals(List.of("19700101-000001S.cq4", "metadata.cq4t"), files(directory));
        }
        assertFalse(Files.exists(directory));
    }
}
