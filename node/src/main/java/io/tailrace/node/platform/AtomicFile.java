package io.tailrace.node.platform;

import io.tailrace.snapshot.fault.FaultPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A small text file that is replaced whole, durable when a write returns, and ends in a line with its checksum:
 *
 * <pre>
 *  gen-2
 *  # crc32c 89abcdef        of all bytes before this line
 * </pre>
 *
 * A file without that line is damaged, as one is that was cut or that an editor wrote: what such a file says decides what
 * becomes of a node's data, so nothing is guessed. Any thread, one writer a file.
 */
public final class AtomicFile {
    private static final String CHECKSUM = "# crc32c ";
    private static final int SHOWN = 40;

    private AtomicFile() {}

    /**
     * The text that was written.
     *
     * @throws DamagedFileException when the bytes are not those that were written
     * @throws IOException when it can't be read
     */
    public static String read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length == 0) {
            throw new DamagedFileException(file, "it is empty");
        }
        // bytes that are no UTF-8 at all are damage too, which the checksum names
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = all.lastIndexOf(CHECKSUM);
        if (end < 0) {
            throw new DamagedFileException(file, "it does not end with its checksum, so it was cut or edited");
        }
        String expected = checksum(bytes, end);
        if (!all.substring(end).equals(expected)) {
            throw new DamagedFileException(
                    file,
                    "it ends with '" + printable(all.substring(end)) + "', and its bytes have '" + expected.trim()
                            + "'");
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static String printable(String line) {
        String shown = line.substring(0, Math.min(line.length(), SHOWN)).trim();
        return shown.replaceAll("[^ -~]", "?");
    }

    private static String checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return CHECKSUM + String.format(Locale.ROOT, "%08x", crc.getValue()) + "\n";
    }

    /** Replaces a file by a text and its checksum, on the disk when this returns; a failure leaves the old one or the new one. */
    public static void write(Path file, String text) throws IOException {
        write(file, text, FaultPoint.NOTE_WRITTEN, FaultPoint.NOTE_RENAMED);
    }

    /** Replaces a file of a foreign form, which has no such line. */
    public static void replace(Path file, String text) throws IOException {
        write(file, text, "", FaultPoint.NOTE_WRITTEN, FaultPoint.NOTE_RENAMED);
    }

    /** The same, for a test that ends the process at one of these points. */
    public static void write(Path file, String text, FaultPoint written, FaultPoint renamed) throws IOException {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        write(file, text, checksum(plain, plain.length), written, renamed);
    }

    private static void write(Path file, String text, String end, FaultPoint written, FaultPoint renamed)
            throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap((text + end).getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        written.hit();
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        renamed.hit();
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
