package io.tailrace.tools.rdb;

import io.tailrace.tools.output.Progress;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is to be imported and was read to its end before: what is damaged, cut, or not known is found then, and a node is not
 * filled with half of it. Immutable.
 *
 * <pre>
 *  RDB file                   keys
 *  RDB file | commands        the append-only file of a Redis before 7, which begins with an RDB file
 *  commands
 * </pre>
 *
 * @param keys of the RDB file
 * @param commandsAt where the commands begin
 * @param commands behind it, or all
 */
public record ImportFile(Path path, long size, boolean isRdb, long keys, long commandsAt, long commands) {
    private static final int MAGIC = 5;
    private static final int BUFFER = 1 << 20;
    private static final CommandSink NOWHERE = arguments -> {};

    /**
     * Reads all of it.
     *
     * @throws IOException naming the file and the place, when it is not whole or holds what is not known
     */
    public static ImportFile check(Path path, Progress progress) throws IOException {
        try {
            return read(path, progress);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage() + "; nothing was imported", e);
        }
    }

    private static ImportFile read(Path path, Progress progress) throws IOException {
        long size = Files.size(path);
        boolean isRdb;
        try (InputStream in = Files.newInputStream(path)) {
            isRdb = new String(in.readNBytes(MAGIC), StandardCharsets.ISO_8859_1).equals("REDIS");
        }
        long keys = 0;
        long end = 0;
        if (isRdb) {
            try (RdbInput in = new RdbInput(Files.newInputStream(path));
                    RdbFile rdb = new RdbFile(in, NOWHERE)) {
                keys = rdb.read(0, (passed, bytes) -> note(progress, bytes, size));
                end = in.position();
            }
        }
        ImportFile whole = new ImportFile(path, size, isRdb, keys, end, 0);
        return new ImportFile(path, size, isRdb, keys, end, whole.count(progress));
    }

    private long count(Progress progress) throws IOException {
        try (InputStream in = commandsFile()) {
            CommandFile file = new CommandFile(new DataInputStream(in), commandsAt);
            long count = 0;
            while (file.next() != null) {
                count++;
                note(progress, file.position(), size);
            }
            return count;
        }
    }

    private static void note(Progress progress, long bytes, long size) {
        progress.step(() -> "import: checking the file, " + 100 * bytes / Math.max(1, size) + " %");
    }

    /** The RDB file. */
    InputStream rdbFile() throws IOException {
        return Files.newInputStream(path);
    }

    /** From the first command on. */
    InputStream commandsFile() throws IOException {
        InputStream in = Files.newInputStream(path);
        in.skipNBytes(commandsAt);
        return new BufferedInputStream(in, BUFFER);
    }

    /** What it holds, in words. */
    public String content() {
        if (!isRdb) {
            return commands + " commands";
        }
        return keys + " keys" + (commands == 0 ? "" : " and " + commands + " commands");
    }
}
