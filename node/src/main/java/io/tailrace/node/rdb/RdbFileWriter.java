package io.tailrace.node.rdb;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes an RDB file of version 10, which Redis 7.0 and later load. Keys come one after the other, each once; the caller sees to that.
 * For one thread, which closes it; the stream stays open.
 *
 * <pre>
 *  REDIS0010 | FA name value .. | F5 library .. | FE database | [FC deadline, ms i64] type key value .. | FF | checksum i64
 * </pre>
 *
 * A FE stands before each key whose database is another than that of the one before.
 */
public final class RdbFileWriter implements AutoCloseable {
    private static final String MAGIC = "REDIS0010";
    private static final int AUX = 0xfa;
    private static final int LIBRARY = 0xf5;
    private static final int EXPIRE_MS = 0xfc;
    private static final int SELECT = 0xfe;
    private static final int END = 0xff;
    private static final int CHUNK = 256 << 10;

    private final OutputStream out;
    private final NativeBuffer chunk = new NativeBuffer(CHUNK);
    private final byte[] copy = new byte[CHUNK];
    private final RdbWriter head = new RdbWriter();
    private int filled;
    private long checksum;
    private int database = -1;

    public RdbFileWriter(OutputStream out) {
        this.out = out;
    }

    /** Begins the file. */
    public void begin() throws IOException {
        byte[] magic = MAGIC.getBytes(StandardCharsets.US_ASCII);
        head.clear();
        for (byte each : magic) {
            head.u8(each);
        }
        writeHead();
    }

    /** Says something about the file, which Redis may know or pass over. */
    public void note(String name, String value) throws IOException {
        head.clear();
        head.u8(AUX);
        text(name);
        text(value);
        writeHead();
    }

    private void text(String ascii) {
        byte[] all = ascii.getBytes(StandardCharsets.UTF_8);
        head.count(all.length);
        for (byte each : all) {
            head.u8(each);
        }
    }

    /** A library of functions, by its code. */
    public void library(long code, int length) throws IOException {
        head.clear();
        head.u8(LIBRARY);
        head.count(length);
        writeHead();
        write(code, length);
    }

    /**
     * A key with its value.
     *
     * @param expireAtEpochMs epoch milliseconds, 0 for none
     * @param type of the value, as RDB numbers them
     * @param parts of the value, one after the other
     */
    void key(int ofDatabase, long expireAtEpochMs, int type, long key, int keyLength, RdbWriter... parts)
            throws IOException {
        head.clear();
        if (ofDatabase != database) {
            database = ofDatabase;
            head.u8(SELECT);
            head.count(database);
        }
        if (expireAtEpochMs != 0) {
            head.u8(EXPIRE_MS);
            head.i64(expireAtEpochMs);
        }
        head.u8(type);
        head.string(key, keyLength);
        writeHead();
        for (RdbWriter part : parts) {
            write(part.address(), part.length());
        }
    }

    /** Ends the file and hands all of it to the stream. */
    public void end() throws IOException {
        head.clear();
        head.u8(END);
        writeHead();
        flush();
        long whole = checksum;
        head.clear();
        head.i64(whole);
        writeHead();
        flush();
        out.flush();
    }

    private void writeHead() throws IOException {
        write(head.address(), head.length());
    }

    private void write(long address, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, CHUNK - filled);
            Memory.copy(address + done, chunk.address() + filled, part);
            filled += part;
            done += part;
            if (filled == CHUNK) {
                flush();
            }
        }
    }

    private void flush() throws IOException {
        checksum = Crc64.of(checksum, chunk.address(), filled);
        Memory.copyOut(chunk.address(), copy, 0, filled);
        out.write(copy, 0, filled);
        filled = 0;
    }

    @Override
    public void close() {
        chunk.close();
        head.close();
    }
}
