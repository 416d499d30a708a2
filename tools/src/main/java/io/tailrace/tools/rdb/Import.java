package io.tailrace.tools.rdb;

import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.output.Progress;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** One run of {@code tailrace import}. One thread. */
public final class Import {
    private static final int MAGIC = 5;
    private static final int KNOWN_EACH = 1_000;

    private final Path file;
    private final RespTarget target;
    private final RespClient client;
    private final Progress progress;
    private long done;

    public Import(Path file, RespClient client, Progress progress) {
        this.file = file;
        this.client = client;
        this.progress = progress;
        target = new RespTarget(client);
    }

    /** Keys, or commands of a file of such, that are surely done: what {@link #run} may skip the next time. */
    public long done() {
        return done;
    }

    /** How many keys the server has, in all its databases. */
    public long keysThere() throws IOException {
        return client.info("keyspace").values().stream()
                .mapToLong(line -> Long.parseLong(line.replaceFirst("keys=", "").replaceFirst(",.*", "")))
                .sum();
    }

    /**
     * Sends all of the file.
     *
     * @param skip so many keys or commands at its begin
     * @return whether it is an RDB file, and not one of commands
     */
    public boolean run(long skip) throws IOException {
        done = skip;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
            in.mark(MAGIC);
            boolean isRdb = new String(in.readNBytes(MAGIC), StandardCharsets.ISO_8859_1).equals("REDIS");
            in.reset();
            if (isRdb) {
                rdb(in, skip);
            } else {
                commands(in, skip);
            }
            target.drain();
            return isRdb;
        }
    }

    private void rdb(InputStream in, long skip) throws IOException {
        long size = Files.size(file);
        try (RdbFile rdb = new RdbFile(new RdbInput(in), target)) {
            long keys = rdb.read(skip, (passed, bytes) -> note(passed, bytes, size, "keys"));
            target.drain();
            done = keys;
        }
    }

    private void commands(InputStream in, long skip) throws IOException {
        long size = Files.size(file);
        CommandFile commands = new CommandFile(new DataInputStream(in));
        long count = 0;
        for (Object[] command = commands.next(); command != null; command = commands.next()) {
            boolean isSelect = new String((byte[]) command[0], StandardCharsets.ISO_8859_1).equalsIgnoreCase("SELECT");
            if (++count > skip || isSelect) {
                target.command(command);
            }
            note(count, commands.position(), size, "commands");
        }
        target.drain();
        done = count;
    }

    private void note(long passed, long bytes, long size, String what) throws IOException {
        if (passed > done && passed % KNOWN_EACH == 0) {
            target.drain();
            done = passed;
        }
        progress.step(() -> "import: " + passed + " " + what + ", " + 100 * bytes / Math.max(1, size) + " %");
    }
}
