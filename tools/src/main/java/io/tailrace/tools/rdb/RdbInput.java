package io.tailrace.tools.rdb;

import io.tailrace.node.rdb.Crc64;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of an RDB file, forward, with their place and their checksum; what is read of a value is kept as it is, too. One thread.
 */
final class RdbInput implements AutoCloseable {
    private static final int ENCODED = -1;
    /** What {@link io.tailrace.node.rdb.RdbLoader} expects after a value, whatever it is. */
    private static final int FOOTER = 10;

    private static final int CHUNK = 1 << 20;
    private static final int INT_32 = 2;
    private static final int LZF = 3;
    private static final int LENGTH_32 = 0x80;

    private final InputStream in;
    private final NativeBuffer chunk = new NativeBuffer(CHUNK);
    private final NativeBuffer value = new NativeBuffer(CHUNK);
    private final byte[] copy = new byte[CHUNK];
    private final ByteBuffer word = ByteBuffer.allocate(Long.BYTES);
    private int filled;
    private int at;
    private long before;
    private long crc;
    private boolean isKeeping;
    private int kept;
    private int encoding;

    RdbInput(InputStream in) {
        this.in = in;
    }

    /** Where the next byte is in the file. */
    long position() {
        return before + at;
    }

    /** Begins to keep what is read, after one byte for its type. */
    void keep(int type) {
        isKeeping = true;
        kept = 1;
        Memory.putByte(value.address(), (byte) type);
    }

    /** Keeps a byte that is not in the file. */
    void add(int oneByte) {
        value.ensureCapacity(kept + 1, kept);
        Memory.putByte(value.address() + kept++, (byte) oneByte);
    }

    /** Ends that; returns the bytes of the value with its type before and room for a footer after it. */
    int endKeeping() {
        isKeeping = false;
        value.ensureCapacity(kept + FOOTER, kept);
        return kept + FOOTER;
    }

    long keptAddress() {
        return value.address();
    }

    private void fill() throws IOException {
        crc = crcOf(at);
        before += filled;
        at = 0;
        filled = in.read(copy, 0, CHUNK);
        if (filled <= 0) {
            filled = 0;
            throw new EOFException("the file ends at byte " + before + ", in the middle of a value");
        }
        Memory.copyIn(copy, 0, chunk.address(), filled);
    }

    private long crcOf(int length) {
        return Crc64.of(crc, chunk.address(), length);
    }

    /** Of all bytes so far. */
    long checksum() {
        return crcOf(at);
    }

    int u8() throws IOException {
        if (at == filled) {
            fill();
        }
        byte next = copy[at++];
        if (isKeeping) {
            value.ensureCapacity(kept + 1, kept);
            Memory.putByte(value.address() + kept++, next);
        }
        return next & 0xff;
    }

    /** Passes over bytes. */
    void skip(long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            if (at == filled) {
                fill();
            }
            int part = (int) Math.min(left, filled - at);
            if (isKeeping) {
                value.ensureCapacity(Math.addExact(kept, part), kept);
                Memory.copyIn(copy, at, value.address() + kept, part);
                kept += part;
            }
            at += part;
            left -= part;
        }
    }

    byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; ) {
            if (at == filled) {
                fill();
            }
            int part = Math.min(count - i, filled - at);
            System.arraycopy(copy, at, bytes, i, part);
            if (isKeeping) {
                value.ensureCapacity(Math.addExact(kept, part), kept);
                Memory.copyIn(copy, at, value.address() + kept, part);
                kept += part;
            }
            at += part;
            i += part;
        }
        return bytes;
    }

    private long word(int bytes, ByteOrder order) throws IOException {
        word.clear().order(order).put(bytes(bytes)).flip();
        return bytes == Integer.BYTES ? word.getInt() & 0xffff_ffffL : word.getLong();
    }

    /** The lowest byte first. */
    long i64() throws IOException {
        return word(Long.BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    /** The lowest byte first, unsigned. */
    long u32() throws IOException {
        return word(Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    /** The highest byte first. */
    long id() throws IOException {
        return word(Long.BYTES, ByteOrder.BIG_ENDIAN);
    }

    /** A length, or {@link #ENCODED} before a string that is not written as it is. */
    private long lengthOrEncoding() throws IOException {
        int first = u8();
        encoding = first & 0x3f;
        return switch (first >>> 6) {
            case 0 -> encoding;
            case 1 -> encoding << Byte.SIZE | u8();
            case 2 -> word(first == LENGTH_32 ? Integer.BYTES : Long.BYTES, ByteOrder.BIG_ENDIAN);
            default -> ENCODED;
        };
    }

    /** A length that is one. The number of what a group has read may be -1, which is not an encoding: it is written in full. */
    long length() throws IOException {
        int first = u8();
        return switch (first >>> 6) {
            case 0 -> first & 0x3f;
            case 1 -> (first & 0x3f) << Byte.SIZE | u8();
            case 2 -> word(first == LENGTH_32 ? Integer.BYTES : Long.BYTES, ByteOrder.BIG_ENDIAN);
            default -> throw new IOException("no length before byte " + position());
        };
    }

    /** Passes over a string. */
    void skipString() throws IOException {
        long length = lengthOrEncoding();
        if (length != ENCODED) {
            skip(length);
        } else if (encoding <= INT_32) {
            skip(1L << encoding);
        } else if (encoding == LZF) {
            long packed = length();
            length();
            skip(packed);
        } else {
            throw new IOException("a string of encoding " + encoding + " before byte " + position());
        }
    }

    /** A string that is short: a key, a name. */
    byte[] string() throws IOException {
        long length = lengthOrEncoding();
        if (length != ENCODED) {
            return bytes(Math.toIntExact(length));
        }
        if (encoding == LZF) {
            int packed = Math.toIntExact(length());
            int plain = Math.toIntExact(length());
            return unpack(bytes(packed), plain);
        }
        if (encoding > INT_32) {
            throw new IOException("a string of encoding " + encoding + " before byte " + position());
        }
        byte[] number = bytes(1 << encoding);
        long value = number[number.length - 1];
        for (int i = number.length - 2; i >= 0; i--) {
            value = value << Byte.SIZE | number[i] & 0xff;
        }
        return Long.toString(value).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    /** LZF: a control byte below 32 is that many bytes and one as they are, else a reference back. */
    private byte[] unpack(byte[] packed, int length) throws IOException {
        byte[] plain = new byte[length];
        int to = 0;
        for (int from = 0; from < packed.length; ) {
            int control = packed[from++] & 0xff;
            boolean isLiteral = control < 32;
            int run = isLiteral ? control + 1 : control >>> 5;
            int source = from;
            if (!isLiteral) {
                run = run == 7 ? run + (packed[from++] & 0xff) : run;
                source = to - ((control & 0x1f) << Byte.SIZE) - (packed[from++] & 0xff) - 1;
                run += 2;
            }
            if (source < 0 || run > length - to || isLiteral && run > packed.length - from) {
                throw new IOException("a damaged compressed string before byte " + position());
            }
            for (int i = 0; i < run; i++) {
                plain[to++] = isLiteral ? packed[source + i] : plain[source + i];
            }
            from += isLiteral ? run : 0;
        }
        if (to != length) {
            throw new IOException("a truncated compressed string before byte " + position());
        }
        return plain;
    }

    @Override
    public void close() throws IOException {
        chunk.close();
        value.close();
        in.close();
    }
}
