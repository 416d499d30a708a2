package io.tailrace.node.script;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What scripts are known by. Owned by one thread. */
public final class Sha1 {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private final MessageDigest digest;

    public Sha1() {
        try {
            digest = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /** 40 digits in lower case. */
    public String hex(byte[] bytes) {
        byte[] hash = digest.digest(bytes);
        char[] hex = new char[2 * hash.length];
        for (int i = 0; i < hash.length; i++) {
            hex[2 * i] = DIGITS[hash[i] >> 4 & 15];
            hex[2 * i + 1] = DIGITS[hash[i] & 15];
        }
        return new String(hex);
    }
}
