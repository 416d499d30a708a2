package io.tailrace.node.script;

import io.tailrace.node.store.Library;
import io.tailrace.node.store.LibrarySet;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Libraries as FUNCTION DUMP of Redis 7.0 gives them. Stateless. What Redis has compressed is read; nothing is compressed here.
 *
 * <pre>
 *  | 245 | length | code ...  | of each library        length as in an RDB file: 6, 14 or 32 bits, or a form of its own
 *  | 10 0 |                     version of RDB files
 *  | CRC64, 8 bytes |           of all before it
 * </pre>
 */
public final class LibraryDump {
    private static final int FUNCTION = 245;
    private static final int VERSION = 10;
    private static final int FOOTER = 10;
    private static final int CRC_LENGTH = 8;
    private static final int SHORT = 1 << 6;
    private static final int MIDDLE = 1 << 14;
    private static final int LONG_LENGTH = 0x80;
    private static final int VERY_LONG_LENGTH = 0x81;
    private static final int COMPRESSED = 0xc3;
    /** Far more than a request may have. */
    private static final long MAX = 1L << 29;

    private static final String DAMAGED = "ERR failed loading the given functions payload";

    private final byte[] payload;
    private final int end;
    private int at;

    private LibraryDump(byte[] payload) {
        this.payload = payload;
        end = payload.length - FOOTER;
    }

    /** All of a set. */
    public static byte[] of(LibrarySet libraries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Library library : libraries.all()) {
            out.write(FUNCTION);
            putLength(out, library.code().length);
            out.writeBytes(library.code());
        }
        out.write(VERSION);
        out.write(0);
        long crc = Crc64.of(out.toByteArray(), out.size());
        for (int i = 0; i < CRC_LENGTH; i++) {
            out.write((int) (crc >>> 8 * i));
        }
        return out.toByteArray();
    }

    private static void putLength(ByteArrayOutputStream out, int length) {
        if (length < SHORT) {
            out.write(length);
        } else if (length < MIDDLE) {
            out.write(SHORT | length >> 8);
            out.write(length);
        } else {
            out.write(LONG_LENGTH);
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
    }

    /** The codes in a dump. */
    public static List<byte[]> read(byte[] payload) throws ScriptException {
        requireIntact(payload);
        return new LibraryDump(payload).codes();
    }

    private static void requireIntact(byte[] payload) throws ScriptException {
        int length = payload.length - CRC_LENGTH;
        boolean isIntact = payload.length >= FOOTER;
        if (isIntact) {
            int version = payload[length - 2] & 0xff | (payload[length - 1] & 0xff) << 8;
            long crc = 0;
            for (int i = CRC_LENGTH - 1; i >= 0; i--) {
                crc = crc << 8 | payload[length + i] & 0xff;
            }
            isIntact = version <= VERSION && crc == Crc64.of(payload, length);
        }
        if (!isIntact) {
            throw new ScriptException("ERR DUMP payload version or checksum are wrong");
        }
    }

    private List<byte[]> codes() throws ScriptException {
        List<byte[]> codes = new ArrayList<>();
        while (at < end) {
            if (next() != FUNCTION) {
                throw new ScriptException("ERR given type is not a function");
            }
            codes.add(string());
        }
        return codes;
    }

    private int next() throws ScriptException {
        if (at >= end) {
            throw new ScriptException(DAMAGED);
        }
        return payload[at++] & 0xff;
    }

    private byte[] string() throws ScriptException {
        int first = next();
        if (first == COMPRESSED) {
            int compressed = (int) length(next());
            int whole = (int) length(next());
            return expand(taken(compressed), whole);
        }
        return taken((int) length(first));
    }

    private long length(int first) throws ScriptException {
        long length;
        if (first < SHORT) {
            length = first;
        } else if (first < LONG_LENGTH) {
            length = (first & SHORT - 1) << 8 | next();
        } else if (first == LONG_LENGTH) {
            length = bigEndian(Integer.BYTES);
        } else if (first == VERY_LONG_LENGTH) {
            length = bigEndian(Long.BYTES);
        } else {
            throw new ScriptException(DAMAGED);
        }
        if (length < 0 || length > MAX) {
            throw new ScriptException(DAMAGED);
        }
        return length;
    }

    private long bigEndian(int bytes) throws ScriptException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | next();
        }
        return value;
    }

    private byte[] taken(int length) throws ScriptException {
        if (length > end - at) {
            throw new ScriptException(DAMAGED);
        }
        byte[] bytes = new byte[length];
        System.arraycopy(payload, at, bytes, 0, length);
        at += length;
        return bytes;
    }

    /** LZF: runs of literal bytes, and references to what was before. */
    private static byte[] expand(byte[] from, int length) throws ScriptException {
        byte[] to = new byte[length];
        int in = 0;
        int out = 0;
        try {
            while (in < from.length) {
                int control = from[in++] & 0xff;
                if (control < 32) {
                    System.arraycopy(from, in, to, out, control + 1);
                    in += control + 1;
                    out += control + 1;
                } else {
                    int count = control >> 5;
                    if (count == 7) {
                        count += from[in++] & 0xff;
                    }
                    int back = out - ((control & 31) << 8 | from[in++] & 0xff) - 1;
                    for (int i = 0; i < count + 2; i++) {
                        to[out++] = to[back++];
                    }
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw new ScriptException(DAMAGED);
        }
        if (out != length) {
            throw new ScriptException(DAMAGED);
        }
        return to;
    }
}
