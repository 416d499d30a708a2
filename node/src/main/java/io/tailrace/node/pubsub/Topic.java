package io.tailrace.node.pubsub;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import java.util.Arrays;

/** The name of a channel, or a pattern: any bytes. Immutable. */
public final class Topic {
    private final byte[] bytes;
    private final int hash;

    private Topic(byte[] bytes) {
        this.bytes = bytes;
        hash = Arrays.hashCode(bytes);
    }

    /** The one that an argument names. */
    public static Topic of(Arguments arguments, int i) {
        return new Topic(arguments.bytes(i));
    }

    /** One of bytes that are changed no more. */
    public static Topic of(byte[] name) {
        return new Topic(name);
    }

    /** Not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    int length() {
        return bytes.length;
    }

    void copyTo(long address) {
        Memory.copyIn(bytes, 0, address, bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Topic topic && hash == topic.hash && Arrays.equals(bytes, topic.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
