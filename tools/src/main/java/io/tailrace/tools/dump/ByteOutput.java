package io.tailrace.tools.dump;

import io.tailrace.wire.memory.Memory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A buffer before an output stream that takes native memory, too. One thread. */
final class ByteOutput extends OutputStream {

    /** Whoever read the output has enough of it ({@code | head}). */
    static final class ClosedByReaderException extends IOException {
        private static final long serialVersionUID = 1L;

        ClosedByReaderException(IOException cause) {
            super(cause);
        }
    }

    private static final int CAPACITY = 64 << 10;

    private final OutputStream sink;
    private final byte[] buffer = new byte[CAPACITY];
    private int length;

    ByteOutput(OutputStream sink) {
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

    void write(long address, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, room());
            Memory.copyOut(address + done, buffer, length, part);
            length += part;
            done += part;
        }
    }

    void text(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    void number(long value) throws IOException {
        text(Long.toString(value));
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
            throw message.contains("broken pipe") ? new ClosedByReaderException(e) : e;
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
