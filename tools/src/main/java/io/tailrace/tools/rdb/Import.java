package io.tailrace.tools.rdb;

import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.output.Progress;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** One run of {@code tailrace import}, of a file that was checked. One thread. */
public final class Import {
    private static final int KNOWN_EACH = 1_000;

    private final ImportFile file;
    private final RespTarget target;
    private final RespClient client;
    private final Progress progress;
    private long done;

    public Import(ImportFile file, RespClient client, Progress progress) {
        this.file = file;
        this.client = client;
        this.progress = progress;
        target = new RespTarget(client);
    }

    /** Keys, and then commands, that are surely done: what {@link #run} may skip the next time. */
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
     * @param skip so many keys, and then commands, at its begin
     * @throws IOException saying how to go on
     */
    public void run(long skip) throws IOException {
        done = skip;
        if (skip < file.keys() || skip == 0 && file.isRdb()) {
            try {
                keys(skip);
            } catch (IOException e) {
                String goOn = done > 0 ? "; continue with --skip " + done : "; it can be repeated with --replace";
                throw new IOException(e.getMessage() + goOn, e);
            }
        }
        if (file.commands() > 0) {
            commands(Math.max(skip, file.keys()));
        }
    }

    private void keys(long skip) throws IOException {
        try (RdbFile rdb = new RdbFile(new RdbInput(file.rdbFile()), target)) {
            long keys = rdb.read(skip, this::passed);
            target.drain();
            done = keys;
        }
    }

    /** What is done twice is the same, since a key is removed before it is made. */
    private void passed(long keys, long bytes) throws IOException {
        if (keys > done && keys % KNOWN_EACH == 0) {
            target.drain();
            done = keys;
        }
        note(keys, bytes, "keys");
    }

    private void commands(long skip) throws IOException {
        if (file.isRdb()) {
            client.call("SELECT", 0);
        }
        CommandBatches batches = new CommandBatches(client, file.keys());
        try (InputStream in = file.commandsFile()) {
            CommandFile commands = new CommandFile(new DataInputStream(in), file.commandsAt());
            long count = file.keys();
            for (Object[] command = commands.next(); command != null; command = commands.next()) {
                if (++count > skip) {
                    batches.add(command);
                } else {
                    batches.passed();
                    keepDatabase(command);
                }
                note(count, commands.position(), "commands");
            }
            batches.flush();
        } finally {
            done = batches.done();
        }
    }

    private void keepDatabase(Object[] command) throws IOException {
        if (new String((byte[]) command[0], StandardCharsets.ISO_8859_1).equalsIgnoreCase("SELECT")) {
            client.call(command);
        }
    }

    private void note(long passed, long bytes, String what) {
        progress.step(() -> "import: " + passed + " " + what + ", " + 100 * bytes / Math.max(1, file.size()) + " %");
    }
}
