package io.tailrace.tools.dump;

import io.tailrace.node.store.Entry;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;

/** The command that makes an entry of the store, as effects are written: {@code SET key value PXAT 1769860800000}. One thread. */
public final class EntryCommand implements AutoCloseable {
    private static final int DEADLINE_AT = 8;
    private static final int NUMBER_ROOM = 20;

    private final NativeBuffer words = new NativeBuffer(DEADLINE_AT + NUMBER_ROOM);
    private final Arguments arguments = new Arguments();

    public EntryCommand() {
        copy("SETPXAT", 0);
    }

    private int copy(String ascii, int offset) {
        byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
        Memory.copyIn(bytes, 0, words.address() + offset, bytes.length);
        return bytes.length;
    }

    /** The arguments, which are valid until the next call and as long as key and value are; null for a type that is not known. */
    public Arguments of(long expireAtMillis, byte type, long key, int keyLength, long value, int valueLength) {
        if (type != Entry.TYPE_STRING) {
            return null;
        }
        arguments.reset();
        arguments.add(words.address(), 3);
        arguments.add(key, keyLength);
        arguments.add(value, valueLength);
        if (expireAtMillis != Entry.NO_EXPIRY) {
            arguments.add(words.address() + 3, 4);
            arguments.add(words.address() + DEADLINE_AT, copy(Long.toString(expireAtMillis), DEADLINE_AT));
        }
        return arguments;
    }

    @Override
    public void close() {
        words.close();
    }
}
