package io.tailrace.tools.output;

import io.tailrace.node.platform.FileFailure;
import io.tailrace.wire.memory.Memory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A buffer before an output stream that takes native memory, numbers and text without making objects of them. One thread. */
public final class ByteOutput extends OutputStream {

    /** The reader of the output has enough of it ({@code | head}). */
    public static final class ClosedByReaderException extends IOException {
        private static final long serialVersionUID = 1L;

        ClosedByReaderException(IOException cause) {
            super("can't write the output: its reader has gone", cause);
        }
    }

    private static final int CAPACITY = 256 << 10;
    private static final int NUMBER_ROOM = 20;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream sink;
    private final byte[] buffer = new byte[CAPACITY];
    private final byte[] digits = new byte[NUMBER_ROOM];
    private int length;

    public ByteOutput(OutputStream sink) {
        this.sink = sink;
    }

    @Override
    public void write(int oneByte) throws IOException {
        if (length == CAPACITY) {
            drain();
        }
        buffer[length++] = (byte) oneByte;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, room());
            System.arraycopy(bytes, offset + done, buffer, length, part);
            length += part;
            done += part;
        }
    }

    /** Native memory. */
    public void write(long address, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, room());
            Memory.copyOut(address + done, buffer, length, part);
            length += part;
            done += part;
        }
    }

    /** Any text. */
    public void text(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Text of ASCII characters only. */
    public void ascii(String text) throws IOException {
        int count = text.length();
        if (CAPACITY - length < count) {
            text(text);
            return;
        }
        for (int i = 0; i < count; i++) {
            buffer[length + i] = (byte) text.charAt(i);
        }
        length += count;
    }

    /** In decimal. */
    public void number(long value) throws IOException {
        if (value < 0) {
            text(Long.toString(value));
            return;
        }
        int at = NUMBER_ROOM;
        long left = value;
        do {
            digits[--at] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left > 0);
        write(digits, at, NUMBER_ROOM - at);
    }

    /** The lowest digits of a number, in hexadecimal. */
    public void hex(long value, int count) throws IOException {
        for (int shift = 4 * (count - 1); shift >= 0; shift -= 4) {
            write(HEX[(int) (value >>> shift) & 0xf]);
        }
    }

    private int room() throws IOException {
        if (length == CAPACITY) {
            drain();
        }
        return CAPACITY - length;
    }

    private void drain() throws IOException {
        int full = length;
        length = 0;
        try {
            sink.write(buffer, 0, full);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
            throw message.contains("broken pipe")
                    ? new ClosedByReaderException(e)
                    : new IOException("can't write the output: " + FileFailure.of(e), e);
        }
    }

    @Override
    public void flush() throws IOException {
        if (length > 0) {
            drain();
        }
        sink.flush();
    }
}
