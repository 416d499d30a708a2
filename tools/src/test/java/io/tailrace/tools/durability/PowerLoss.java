package io.tailrace.tools.durability;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.platform.AtomicFile;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Makes of two copies of a node's data directory, an earlier and a later one, what a power loss at the later moment could have
 * left. A copy is taken while the node is stopped (SIGSTOP), so it is what the page cache held.
 *
 * <pre>
 *  file                          sure                                   anything goes
 *  a segment before that of D    all of it                              -
 *  the segment of D              its records up to D                    each other page is as it was earlier (or zero), as it was
 *                                                                       at last, or torn: a mix of both by sectors
 *  a segment behind that of D    -                                      the same; the newest may be missing
 *  forced                        -                                      as earlier or as at last: it is not forced itself
 *  replaced by rename, finished  all of it: forced before the rename    -
 *  prepared, .part, .new         -                                      missing
 * </pre>
 *
 * D is the record up to which the node had forced the log at the later moment. The library's header and index pages of D's segment
 * are given back as they were even before that force, where they were there: more than a power loss may do.
 */
final class PowerLoss {
    private static final int PAGE = 4096;
    private static final int SECTOR = 512;
    private static final int HEADER_PAGES = 16;

    private final Random random;
    private final Path earlier;
    private final Path later;
    private final long[] durables;

    /** @param durables D of each shard */
    PowerLoss(Path earlier, Path later, Random random, long... durables) {
        this.earlier = earlier;
        this.later = later;
        this.durables = durables;
        this.random = random;
    }

    /** What a data directory's first shard says was forced: written by the node after each force. */
    static long forced(Path data) throws IOException {
        return forced(data, 0);
    }

    static long forced(Path data, int shard) throws IOException {
        Path mark = queue(data, shard).resolve("forced");
        String text = Files.readString(mark, StandardCharsets.US_ASCII);
        return Long.parseUnsignedLong(text.split(" ")[1], 16);
    }

    static Path queue(Path data) throws IOException {
        return queue(data, 0);
    }

    private static Path queue(Path data, int shard) throws IOException {
        Path root = data.resolve("shard-" + shard);
        return root.resolve(AtomicFile.read(root.resolve("CURRENT")).trim()).resolve("queue");
    }

    /** Copies all files, leaving holes where there is nothing. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    try (Pages pages = new Pages(path, target)) {
                        while (pages.next()) {
                            pages.write(pages.bytes());
                        }
                    }
                }
            }
        }
    }

    /** Puts what is left into a directory. */
    void leave(Path into) throws IOException {
        List<Path> files;
        try (Stream<Path> tree = Files.walk(later)) {
            files = tree.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path relative = later.relativize(file);
            Files.createDirectories(into.resolve(relative).getParent());
            leave(file, relative, into.resolve(relative), isNewest(file, files));
        }
    }

    /** Whether it is the newest segment of its queue. */
    private static boolean isNewest(Path file, List<Path> files) {
        return files.stream()
                .noneMatch(other -> other.toString().endsWith(".cq4")
                        && other.getParent().equals(file.getParent())
                        && other.compareTo(file) > 0);
    }

    private void leave(Path file, Path relative, Path target, boolean isNewest) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".cq4")) {
            int shard = Integer.parseInt(relative.getName(0).toString().replace("shard-", ""));
            boolean isLost = isNewest && segment(name) > QueueIndex.segment(durables[shard]) && random.nextInt(4) == 0;
            if (!isLost) {
                leaveSegment(file, relative, target, durables[shard]);
            }
        } else if (name.equals("forced")) {
            Path before = earlier.resolve(relative);
            Files.copy(random.nextBoolean() && Files.exists(before) ? before : file, target);
        } else if (!name.endsWith(".precreated") && !name.endsWith(".part") && !name.endsWith(".new")) {
            Files.copy(file, target);
        }
    }

    private static int segment(String name) {
        return Integer.parseInt(name.replaceAll("19700101-(\\d+)S.cq4", "$1"), 10);
    }

    private void leaveSegment(Path file, Path relative, Path target, long durable) throws IOException {
        int segment = segment(file.getFileName().toString());
        long sureUntil = segment < QueueIndex.segment(durable)
                ? Long.MAX_VALUE
                : segment == QueueIndex.segment(durable) ? endOfDurable(file.getParent(), durable) : 0;
        Path before = earlier.resolve(relative);
        try (Pages pages = new Pages(file, target);
                RandomAccessFile old = new RandomAccessFile((Files.exists(before) ? before : target).toFile(), "r")) {
            while (pages.next()) {
                boolean isHeader = pages.at() < HEADER_PAGES * PAGE;
                boolean isSure = sureUntil == Long.MAX_VALUE
                        || (isHeader ? sureUntil > 0 && !Files.exists(before) : pages.at() + PAGE <= sureUntil);
                pages.write(isSure ? pages.bytes() : unsure(pages, old, sureUntil));
            }
        }
    }

    private byte[] unsure(Pages pages, RandomAccessFile old, long sureUntil) throws IOException {
        byte[] was = new byte[PAGE];
        if (old.length() >= pages.at() + PAGE) {
            old.seek(pages.at());
            old.readFully(was);
        }
        byte[] is = pages.bytes();
        byte[] left = was.clone();
        int fate = random.nextInt(5);
        for (int i = 0; i < PAGE; i += SECTOR) {
            boolean isWritten = fate < 2 || fate == 4 && random.nextBoolean();
            System.arraycopy(isWritten ? is : was, i, left, i, SECTOR);
        }
        if (pages.at() >= HEADER_PAGES * PAGE) {
            int sure = (int) Math.max(0, Math.min(PAGE, sureUntil - pages.at()));
            System.arraycopy(is, 0, left, 0, sure);
        }
        return left;
    }

    private static long endOfDurable(Path queue, long durable) {
        try (BacklogInspector inspector = new BacklogInspector(queue)) {
            inspector.seek(durable);
            int length = inspector.next().length();
            return Long.parseLong(inspector.place().replaceAll(".* ", "")) + length;
        }
    }

    /** Goes over a file page by page and writes another of the same length. */
    private static final class Pages implements AutoCloseable {
        private final FileChannel from;
        private final RandomAccessFile to;
        private final ByteBuffer page = ByteBuffer.allocate(PAGE);
        private long at = -PAGE;

        Pages(Path from, Path to) throws IOException {
            this.from = FileChannel.open(from, StandardOpenOption.READ);
            this.to = new RandomAccessFile(to.toFile(), "rw");
            this.to.setLength(this.from.size());
        }

        boolean next() throws IOException {
            at += PAGE;
            page.clear();
            while (page.hasRemaining() && from.read(page, at + page.position()) > 0) {
                continue;
            }
            return page.position() > 0;
        }

        long at() {
            return at;
        }

        byte[] bytes() {
            return page.array();
        }

        void write(byte[] bytes) throws IOException {
            boolean isZero = true;
            for (int i = 0; i < page.position(); i++) {
                isZero &= bytes[i] == 0;
            }
            if (!isZero) {
                to.seek(at);
                to.write(bytes, 0, page.position());
            }
        }

        @Override
        public void close() throws IOException {
            from.close();
            to.close();
        }
    }
}
