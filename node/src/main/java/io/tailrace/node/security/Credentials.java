package io.tailrace.node.security;

import java.nio.charset.StandardCharsets;

/** What a node says of itself where a password is wanted. */
public record Credentials(String user, String password) {
    /** A request as RESP, {@code AUTH <user> <password>}: the form that a node without a password takes too. */
    public byte[] request() {
        byte[] begin = "*3\r\n$4\r\nAUTH\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] name = bulk(user);
        byte[] secret = bulk(password);
        byte[] whole = new byte[begin.length + name.length + secret.length];
        System.arraycopy(begin, 0, whole, 0, begin.length);
        System.arraycopy(name, 0, whole, begin.length, name.length);
        System.arraycopy(secret, 0, whole, begin.length + name.length, secret.length);
        return whole;
    }

    private static byte[] bulk(String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return ("$" + length + "\r\n" + text + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return user;
    }
}
