package io.tailrace.node.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A password as it is kept: its SHA-256, as in Redis. Immutable. Compared in a time that says nothing of where they differ. */
final class Password {
    private static final int HEX_LENGTH = 64;

    private final byte[] digest;

    private Password(byte[] digest) {
        this.digest = digest;
    }

    /** Of the password itself, any bytes. */
    static Password of(byte[] clear) {
        try {
            return new Password(MessageDigest.getInstance("SHA-256").digest(clear));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of a text with a character a byte. */
    static Password of(String clear) {
        return of(clear.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Of 64 lower-case hex digits; null when they are anything else. */
    static Password ofHash(String hex) {
        boolean isHash =
                hex.length() == HEX_LENGTH && hex.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
        return isHash ? new Password(HexFormat.of().parseHex(hex)) : null;
    }

    String hash() {
        return HexFormat.of().formatHex(digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Password password && MessageDigest.isEqual(digest, password.digest);
    }

    @Override
    public int hashCode() {
        return digest[0];
    }

    /** The hash is no secret to those who may list users, but it has no place in a log either. */
    @Override
    public String toString() {
        return "(password)";
    }
}
