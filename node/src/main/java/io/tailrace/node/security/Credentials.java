package io.tailrace.node.security;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a node logs in at another.
 *
 * @param password a character a byte
 */
public record Credentials(String user, String password) {
    /** A request as RESP, {@code AUTH <user> <password>}: the form that a node without a password takes too. */
    public byte[] request() {
        byte[] begin = "*3\r\n$4\r\nAUTH\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] name = bulk(user.getBytes(StandardCharsets.UTF_8));
        byte[] secret = bulk(password.getBytes(StandardCharsets.ISO_8859_1));
        byte[] whole = new byte[begin.length + name.length + secret.length];
        System.arraycopy(begin, 0, whole, 0, begin.length);
        System.arraycopy(name, 0, whole, begin.length, name.length);
        System.arraycopy(secret, 0, whole, begin.length + name.length, secret.length);
        return whole;
    }

    private static byte[] bulk(byte[] bytes) {
        byte[] header = ("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] bulk = Arrays.copyOf(header, header.length + bytes.length + 2);
        System.arraycopy(bytes, 0, bulk, header.length, bytes.length);
        bulk[bulk.length - 2] = '\r';
        bulk[bulk.length - 1] = '\n';
        return bulk;
    }

    @Override
    public String toString() {
        return user;
    }
}
