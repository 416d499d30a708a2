package io.tailrace.node.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What Redis adds up where order does not count, and mixes where it does: 20 bytes, zeros at first. For one thread. */
final class Sha1Sum {
    private static final int BYTES = 20;

    private final MessageDigest sha1;
    private byte[] sum = new byte[BYTES];

    Sha1Sum() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }

    /** Adds data: in any order the sum is the same. */
    void add(byte[] data) {
        addSum(sha1.digest(data));
    }

    /** Adds all that another sum has. */
    void addSum(byte[] other) {
        for (int i = 0; i < BYTES; i++) {
            sum[i] ^= other[i];
        }
    }

    /** Adds data so that what comes later depends on it. */
    void mix(byte[] data) {
        add(data);
        sum = sha1.digest(sum);
    }

    byte[] bytes() {
        return sum;
    }
}
