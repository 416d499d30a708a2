package io.tailrace.tools.output;

import io.tailrace.wire.memory.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Values of JSON, written straight into the output. Bytes are a string where they are valid UTF-8, else {@code
 * {"base64":"..."}}; as arguments are strings otherwise, nothing else looks like it. One thread.
 */
public final class JsonText {
    private static final int SCRATCH = 4 << 10;

    private final ByteOutput out;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private final byte[] scratch = new byte[SCRATCH];

    public JsonText(ByteOutput out) {
        this.out = out;
    }

    /** A name of ASCII letters and its colon; {@code isFirst} in its object or not. */
    public void name(String name, boolean isFirst) throws IOException {
        out.ascii(isFirst ? "{\"" : ",\"");
        out.ascii(name);
        out.ascii("\":");
    }

    /** Any text, or null. */
    public void string(String text) throws IOException {
        if (text == null) {
            out.ascii("null");
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write('"');
        escaped(bytes, bytes.length);
        out.write('"');
    }

    /** @param longest bytes of it before it is cut: {@code {"cut":..,"bytes":9999}} */
    public void bytes(long address, int length, int longest) throws IOException {
        if (length > longest) {
            name("cut", true);
            bytes(address, longest);
            name("bytes", false);
            out.number(length);
            out.write('}');
        } else {
            bytes(address, length);
        }
    }

    /** The same, however long. */
    public void bytes(long address, int length) throws IOException {
        byte[] copy = length <= SCRATCH ? scratch : new byte[length];
        Memory.copyOut(address, copy, 0, length);
        if (isUtf8(copy, length)) {
            out.write('"');
            escaped(copy, length);
            out.write('"');
        } else {
            name("base64", true);
            out.write('"');
            out.write(Base64.getEncoder().encode(length == copy.length ? copy : java.util.Arrays.copyOf(copy, length)));
            out.write('"');
            out.write('}');
        }
    }

    private void escaped(byte[] bytes, int length) throws IOException {
        int from = 0;
        for (int i = 0; i < length; i++) {
            byte c = bytes[i];
            if (c == '"' || c == '\\' || c >= 0 && c < ' ') {
                out.write(bytes, from, i - from);
                from = i + 1;
                escape(c);
            }
        }
        out.write(bytes, from, length - from);
    }

    private void escape(byte c) throws IOException {
        switch (c) {
            case '"', '\\' -> {
                out.write('\\');
                out.write(c);
            }
            case '\n' -> out.ascii("\\n");
            case '\r' -> out.ascii("\\r");
            case '\t' -> out.ascii("\\t");
            case '\b' -> out.ascii("\\b");
            case '\f' -> out.ascii("\\f");
            default -> {
                out.ascii("\\u");
                out.hex(c, 4);
            }
        }
    }

    private boolean isUtf8(byte[] bytes, int length) {
        int ascii = 0;
        while (ascii < length && bytes[ascii] >= 0) {
            ascii++;
        }
        if (ascii == length) {
            return true;
        }
        try {
            utf8.decode(ByteBuffer.wrap(bytes, ascii, length - ascii));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
