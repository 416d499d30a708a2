package io.tailrace.node.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What a loss of power leaves of a file's pages: each is as it was synced, as it was written since, or a mix by sectors. */
final class PageMix {
    private static final int PAGE = 4096;
    private static final int SECTOR = 512;
    private static final int CHUNK = 64 << 10;

    private PageMix() {}

    /** All bytes up to the last that is not zero: a segment's file is sparse, and much longer. */
    static byte[] content(Path file) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] zeroes = new byte[CHUNK];
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        int skipped = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(chunk.clear()) > 0) {
                int read = chunk.position();
                if (Arrays.equals(chunk.array(), 0, read, zeroes, 0, read)) {
                    skipped += read;
                    continue;
                }
                content.write(new byte[skipped]);
                skipped = 0;
                content.write(chunk.array(), 0, read);
            }
        }
        return content.toByteArray();
    }

    /** Loses some of what was written since the sync; whether anything is lost. */
    static boolean lose(Path file, byte[] synced, SplittableRandom random) throws IOException {
        byte[] now = content(file);
        boolean isLost = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int page = 0; page < now.length; page += PAGE) {
                int fate = random.nextInt(3);
                for (int at = page; at < Math.min(page + PAGE, now.length); at += SECTOR) {
                    boolean isKept = fate == 0 || fate == 1 && random.nextBoolean();
                    byte[] then = sector(synced, at);
                    if (!isKept && !Arrays.equals(then, sector(now, at))) {
                        int length = Math.min(SECTOR, now.length - at);
                        channel.write(ByteBuffer.wrap(then, 0, length), at);
                        isLost = true;
                    }
                }
            }
        }
        return isLost;
    }

    private static byte[] sector(byte[] content, int at) {
        int from = Math.min(at, content.length);
        return Arrays.copyOf(Arrays.copyOfRange(content, from, Math.min(at + SECTOR, content.length)), SECTOR);
    }
}
