package io.tailrace.tools.size;

import io.tailrace.node.arena.Arena;

/**
 * Types of values with what an element costs: in memory as measured on nodes (the table in {@code tools/README.md}), in the log and in
 * a snapshot by their formats. A collection is packed in one blob while it has at most {@value #MAX_PACKED} elements of
 * {@value #MAX_PACKED_BYTES} bytes, else it has trees.
 */
public enum ValueKind {
    /** One value a key. */
    STRING("", 0, 0, 0, 0, 0),
    /** Field and value an element. */
    HASH("HSET", 2, 2, 0, 1.24, 14.2),
    /** In order. */
    LIST("RPUSH", 1, 1, 0, 1.03, 2.6),
    /** Members. */
    SET("SADD", 1, 1, 0, 1.24, 13.1),
    /** Member, and a score of 8 bytes. */
    ZSET("ZADD", 2, 2, 8, 2.48, 36.2),
    /** Entries with one field, each added by a command of its own. */
    STREAM("XADD", 2, 15, 0, 1.015, 8);

    private static final int MAX_PACKED = 128;
    private static final int MAX_PACKED_BYTES = 4 << 10;
    /** A score as it is logged, mostly with 17 digits. */
    private static final int SCORE_TEXT = 18;

    private static final int STREAM_ID_TEXT = 15;
    private static final int STREAM_HEAD = 128;
    private static final int STREAM_ENTRY = 10;

    private final String command;
    private final int arguments;
    private final int overhead;
    private final int score;
    private final double perByte;
    private final double perElement;

    ValueKind(String command, int arguments, int overhead, int score, double perByte, double perElement) {
        this.command = command;
        this.arguments = arguments;
        this.overhead = overhead;
        this.score = score;
        this.perByte = perByte;
        this.perElement = perElement;
    }

    /** Whether this many elements, of this many bytes each as a client gives them, are kept in one blob. */
    boolean isPacked(long elements, long bytes) {
        return elements <= MAX_PACKED && packedBytes(elements, bytes) <= MAX_PACKED_BYTES;
    }

    /** Each with a length before each of its parts, of two bytes from 128 on. */
    long packedBytes(long elements, long bytes) {
        int lengths = (this == HASH || this == ZSET ? 2 : 1) * (bytes < 128 ? 1 : 2);
        return this == STREAM ? STREAM_HEAD + elements * (bytes + STREAM_ENTRY) : elements * (bytes + score + lengths);
    }

    /** In memory, besides the key's entry in the map. */
    double memory(long elements, long bytes) {
        return isPacked(elements, bytes)
                ? Arena.blobCapacity(Arena.blobClass((int) packedBytes(elements, bytes)))
                : elements * (perElement + perByte * bytes);
    }

    /** In a snapshot, besides the key's entry. */
    double snapshot(long elements, long bytes) {
        return elements * (double) (bytes + score + overhead);
    }

    /** What an element of a command takes in the log. */
    long logged(long bytes) {
        long each = arguments == 1 || this == ZSET ? bytes : bytes / 2;
        long text = Resp.bulk(each);
        if (this == ZSET) {
            return text + Resp.bulk(SCORE_TEXT);
        }
        return arguments == 1 ? text : text + Resp.bulk(bytes - each);
    }

    /** What comes before the elements in the log. */
    long loggedHead(long keyBytes) {
        return Resp.ARRAY
                + Resp.bulk(command.length())
                + Resp.bulk(keyBytes)
                + (this == STREAM ? Resp.bulk(STREAM_ID_TEXT) : 0);
    }
}
