package io.tailrace.node.command;

import io.tailrace.node.rdb.Crc64;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Payloads of DUMP, put together by hand. */
final class DumpBytes {
    private DumpBytes() {}

    /** With version and checksum. */
    static String sealed(byte[] value) {
        ByteBuffer bytes = ByteBuffer.allocate(value.length + 10).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(value).putShort((short) 10);
        try (NativeBuffer memory = new NativeBuffer(bytes.position())) {
            Memory.copyIn(bytes.array(), 0, memory.address(), bytes.position());
            bytes.putLong(Crc64.of(memory.address(), bytes.position()));
        }
        return RedisDumpTest.latin(bytes.array());
    }

    static byte[] bytes(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof byte[] bytes) {
                out.writeBytes(bytes);
            } else if (part instanceof String text) {
                out.writeBytes(RedisDumpTest.latin(text));
            } else {
                out.write((Integer) part);
            }
        }
        return out.toByteArray();
    }

    /** A string of a payload, of at most 63 bytes. */
    static byte[] string(byte[] bytes) {
        return bytes(bytes.length, bytes);
    }

    static byte[] ziplist(Object... elements) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int before = 0;
        int last = 10;
        for (Object element : elements) {
            byte[] encoded = element instanceof byte[] raw ? raw : bytes(((String) element).length(), element);
            last = 10 + out.size();
            byte[] whole = bytes(before, encoded);
            out.writeBytes(whole);
            before = whole.length;
        }
        byte[] body = out.toByteArray();
        ByteBuffer header = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(11 + body.length).putInt(last).putShort((short) elements.length);
        return bytes(header.array(), body, 0xff);
    }

    static byte[] b(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
