package io.tailrace.tools.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One number for all that clients can see in database 0 of a node: every key with what it holds, of whatever type, and its deadline.
 * Equal on two nodes exactly when they show the same, in whatever order they hold it. Taken while nothing writes; a key that expires meanwhile may be
 * in it or not.
 *
 * <pre>
 *  entry  = first 16 bytes of SHA-256 of: key length i32, key, value length i32, value, deadline ms i64 (-1 none);
 *           the value as {@link ValueImage} has it
 *  digest = first 20 bytes of SHA-256 of the distinct entries in order
 * </pre>
 *
 * @param keys how many there are
 * @param hex the digest
 */
public record KeyspaceDigest(long keys, String hex) {
    private static final int SCAN_COUNT = 1_000;
    private static final int ENTRY_BYTES = 16;
    private static final int DIGEST_BYTES = 20;

    /** An entry's hash, as a number that can be sorted. */
    private record Entry(long high, long low) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return high == other.high ? Long.compare(low, other.low) : Long.compare(high, other.high);
        }
    }

    /** Reads all keys of a node by SCAN. */
    public static KeyspaceDigest of(RespClient client) throws IOException {
        MessageDigest sha = sha256();
        List<Entry> entries = new ArrayList<>();
        forEach(client, (key, value, deadline) -> entries.add(entry(sha, key, value, deadline)));
        List<Entry> distinct = entries.stream().sorted().distinct().toList();
        ByteBuffer buffer = ByteBuffer.allocate(ENTRY_BYTES);
        for (Entry entry : distinct) {
            sha.update(buffer.clear().putLong(entry.high).putLong(entry.low).flip());
        }
        return new KeyspaceDigest(distinct.size(), HexFormat.of().formatHex(sha.digest(), 0, DIGEST_BYTES));
    }

    /** Takes a key as it is on a node, its value as {@link ValueImage} has it. */
    @FunctionalInterface
    public interface KeyVisitor {
        void key(byte[] key, byte[] value, long deadlineEpochMs);
    }

    /** Visits every key at least once, as SCAN does; those that vanish meanwhile perhaps not. */
    public static void forEach(RespClient client, KeyVisitor visitor) throws IOException {
        String cursor = "0";
        do {
            List<?> scanned = (List<?>) client.call("SCAN", cursor, "COUNT", SCAN_COUNT);
            cursor = new String((byte[]) scanned.get(0), StandardCharsets.US_ASCII);
            visit(client, (List<?>) scanned.get(1), visitor);
        } while (!cursor.equals("0"));
    }

    private static void visit(RespClient client, List<?> keys, KeyVisitor visitor) throws IOException {
        if (keys.isEmpty()) {
            return;
        }
        for (Object key : keys) {
            client.send("TYPE", key);
        }
        client.flush();
        List<String> types = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            types.add((String) reply(client));
        }
        for (int i = 0; i < keys.size(); i++) {
            if (!types.get(i).equals("none")) {
                ValueImage.request(client, types.get(i), keys.get(i));
                client.send("PEXPIRETIME", keys.get(i));
            }
        }
        client.flush();
        for (int i = 0; i < keys.size(); i++) {
            if (!types.get(i).equals("none")) {
                byte[] value = ValueImage.read(client, types.get(i));
                long deadline = (Long) reply(client);
                if (value != null) {
                    visitor.key((byte[]) keys.get(i), value, deadline);
                }
            }
        }
    }

    private static Object reply(RespClient client) throws IOException {
        Object reply = client.read();
        if (reply instanceof ErrorReplyException error) {
            throw error;
        }
        return reply;
    }

    private static Entry entry(MessageDigest sha, byte[] key, byte[] value, long deadline) {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        sha.update(number.putInt(key.length).flip());
        sha.update(key);
        sha.update(number.clear().putInt(value.length).flip());
        sha.update(value);
        ByteBuffer hash = ByteBuffer.wrap(
                sha.digest(number.clear().putLong(deadline).flip().array()));
        return new Entry(hash.getLong(), hash.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return keys + " keys, digest " + hex;
    }
}
