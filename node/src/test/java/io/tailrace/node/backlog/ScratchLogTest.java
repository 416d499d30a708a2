package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    Path temporary;

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
        }
    }

    @Test
    void shouldKeepTwoSegmentsAndLeaveNothing() throws IOException {
        try (ScratchLog log = ScratchLog.open(temporary)) {
            for (int i = 0; i < 20; i++) {
                log.roll();
            }
            assertEquals(
                    List.of("19700101-000019S.cq4", "19700101-000020S.cq4", "metadata.cq4t"), files(log.directory()));
        }
        assertEquals(List.of(), files(temporary));
    }

    @Test
    void shouldRemoveWhatKilledProcessesHaveLeft() throws IOException {
        Path left = Files.createDirectory(temporary.resolve("tailrace-warm-up-" + Integer.MAX_VALUE + "-1"));
        Files.writeString(left.resolve("19700101-000007S.cq4"), "");
        try (ScratchLog log = ScratchLog.open(temporary)) {
            log.roll();
            assertEquals(List.of(log.directory().getFileName().toString()), files(temporary));
        }
    }

    @Test
    void shouldLeaveWhatIsOfOthers() throws IOException {
        long pid = ProcessHandle.current().pid();
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Path file = Files.writeString(elsewhere.resolve("file"), "");
        Files.createDirectory(temporary.resolve("tailrace-warm-up-" + pid + "-1"));
        Files.createDirectory(temporary.resolve("tailrace-warm-up-of-another-kind"));
        Files.createSymbolicLink(temporary.resolve("tailrace-warm-up-" + Integer.MAX_VALUE + "-1"), elsewhere);
        List<String> before = files(temporary);
        ScratchLog.open(temporary).close();
        assertEquals(before, files(temporary));
        assertTrue(Files.exists(file));
    }
}
