package io.tailrace.node.simulation;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a power loss can leave of a log, built from the contents of its files at two moments: when the last force had ended, and
 * when the power failed. In between, the kernel may have written any page of any file, any number of times, in any order.
 *
 * <pre>
 *  page when forced    A | A
 *  page at the end     A | B
 *  on the disk         A | A, B, or a mix of both by sectors: a sector is written whole
 * </pre>
 */
final class LogImages {
    private static final int PAGE = 4096;
    private static final int SECTOR = 512;
    private static final int MAX_USED = 6 << 20;
    private static final String SEGMENT = ".cq4";
    private static final String MARK = "forced";

    /** A page that the disk may have either way. */
    record Page(String file, int number) {
        @Override
        public String toString() {
            return "page " + number + " of " + file;
        }
    }

    /** Which sectors of a page were written since the force, as a bit set; the others are as they were then. */
    @FunctionalInterface
    interface Fate {
        int LOST = 0;
        int WRITTEN = 0xff;

        int writtenSectors(Page page);
    }

    private final Map<String, byte[]> forced;
    private final Map<String, byte[]> last;

    private LogImages(Map<String, byte[]> forced, Map<String, byte[]> last) {
        this.forced = forced;
        this.last = last;
    }

    /** Takes what the files hold now for what is on the disk. */
    static LogImages forced(Path queue) throws IOException {
        return new LogImages(read(queue), Map.of());
    }

    /** The same, with what the files hold when the power fails. */
    LogImages until(Path queue) throws IOException {
        return new LogImages(forced, read(queue));
    }

    private static Map<String, byte[]> read(Path queue) throws IOException {
        Map<String, byte[]> images = new TreeMap<>();
        try (Stream<Path> files = Files.list(queue)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(SEGMENT) || name.equals(MARK)) {
                    images.put(name, usedPart(file));
                }
            }
        }
        return images;
    }

    /** The pages up to the last one with content, and one more: a segment's file is sparse and much longer. */
    private static byte[] usedPart(Path file) throws IOException {
        if (!file.toString().endsWith(SEGMENT)) {
            return Files.readAllBytes(file);
        }
        try (RandomAccessFile from = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(from.length(), MAX_USED)];
            from.readFully(bytes);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] == 0) {
                end--;
            }
            return Arrays.copyOf(bytes, (end + 2 * PAGE - 1) / PAGE * PAGE);
        }
    }

    /** The pages of segments that differ between the two moments, in the order of the log. */
    List<Page> unsurePages() {
        List<Page> pages = new ArrayList<>();
        last.forEach((name, now) -> {
            byte[] then = forced.getOrDefault(name, new byte[0]);
            for (int page = 0; name.endsWith(SEGMENT) && page * PAGE < now.length; page++) {
                if (!Arrays.equals(part(then, page * PAGE, PAGE), part(now, page * PAGE, PAGE))) {
                    pages.add(new Page(name, page));
                }
            }
        });
        return pages;
    }

    private static byte[] part(byte[] image, int from, int length) {
        byte[] part = new byte[length];
        int there = Math.max(0, Math.min(length, image.length - from));
        System.arraycopy(image, Math.min(from, image.length), part, 0, there);
        return part;
    }

    /**
     * Writes what is left of the log into an empty directory.
     *
     * @param isMarkWritten whether the mark of what was forced is the last one; it is not forced itself
     */
    void leave(Path queue, Fate fate, boolean isMarkWritten) throws IOException {
        List<Page> unsure = unsurePages();
        for (Map.Entry<String, byte[]> file : last.entrySet()) {
            String name = file.getKey();
            byte[] left = file.getValue().clone();
            byte[] then = forced.getOrDefault(name, new byte[0]);
            if (name.equals(MARK)) {
                left = isMarkWritten || then.length == 0 ? left : then;
            }
            for (Page page : unsure) {
                if (page.file().equals(name)) {
                    loseSectors(page, fate.writtenSectors(page), then, left);
                }
            }
            Files.write(queue.resolve(name), left);
        }
    }

    private static void loseSectors(Page page, int written, byte[] then, byte[] left) {
        for (int sector = 0; sector < PAGE / SECTOR; sector++) {
            if ((written & 1 << sector) == 0) {
                int at = page.number() * PAGE + sector * SECTOR;
                System.arraycopy(part(then, at, SECTOR), 0, left, at, SECTOR);
            }
        }
    }

    /** Shortens the newest segment's file to this many pages: blocks that were never written may have no place in it. */
    static void shortenNewest(Path queue, int pages) throws IOException {
        List<Path> segments = segmentsIn(queue);
        if (!segments.isEmpty()) {
            shortenFile(segments.get(segments.size() - 1), pages);
        }
    }

    /** Shortens all segments' files below a directory. */
    static void shorten(Path root, int pages) throws IOException {
        for (Path segment : segmentsIn(root)) {
            shortenFile(segment, pages);
        }
    }

    private static List<Path> segmentsIn(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(SEGMENT))
                    .sorted()
                    .toList();
        }
    }

    private static void shortenFile(Path segment, int pages) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.setLength(Math.min(file.length(), (long) pages * PAGE));
        }
    }
}
