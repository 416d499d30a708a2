package io.tailrace.wire.memory;

import java.nio.charset.StandardCharsets;

/** Bytes of a test at a native address, followed by bytes that nobody may take for a part of them. */
public final class NativeBytes implements AutoCloseable {
    private static final byte[] POISON = "1\r\n\"\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final NativeBuffer buffer;
    private final int length;

    private NativeBytes(byte[] bytes) {
        length = bytes.length;
        buffer = new NativeBuffer(length + POISON.length);
        Memory.copyIn(bytes, 0, buffer.address(), length);
        Memory.copyIn(POISON, 0, buffer.address() + length, POISON.length);
    }

    public static NativeBytes of(byte[] bytes) {
        return new NativeBytes(bytes);
    }

    /** One character a byte. */
    public static NativeBytes of(String latin1) {
        return new NativeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    public long address() {
        return buffer.address();
    }

    public int length() {
        return length;
    }

    @Override
    public void close() {
        buffer.close();
    }
}
