package io.tailrace.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {
    private static final BenchTarget TARGET = new BenchTarget("127.0.0.1", 1, null, null);

    @TempDir
    private Path proc;

    private void write(int user, int system, long first, long second) throws IOException {
        for (int thread = 7; thread <= 8; thread++) {
            Path task = Files.createDirectories(proc.resolve("7/task/" + thread));
            Files.writeString(task.resolve("schedstat"), (thread == 7 ? first : second) + " 5 6\n");
        }
        Files.writeString(
                proc.resolve("7/stat"), "7 (a) name) S 1 7 7 0 -1 4 1 2 3 4 " + user + " " + system + " 0 0 20 0\n");
    }

    @Test
    void shouldReadWhatAProcessAndItsBusiestThreadHaveUsed() throws IOException {
        write(100, 50, 1_000_000_000, 0);
        ServerProcess process = ServerProcess.of(proc, TARGET, 7);
        ServerProcess.Used before = process.used();
        write(180, 70, 1_100_000_000, 700_000_000);

        ServerProcess.Used after = process.used();

        assertEquals(1.5, before.seconds(), 1e-9);
        assertEquals(2.5, after.seconds(), 1e-9);
        assertEquals(0.7, before.busiestSeconds(after), 1e-9);
    }

    @Test
    void shouldNotKnowAProcessThatIsNotHere() throws IOException {
        assertNull(ServerProcess.of(proc, TARGET, 8));
    }
}
