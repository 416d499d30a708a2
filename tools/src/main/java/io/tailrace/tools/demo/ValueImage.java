package io.tailrace.tools.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a key holds, as bytes that are equal exactly when clients see the same: a string is itself, a collection its type and then its
 * parts in their order, or sorted where they have none.
 *
 * <pre>
 *  collection = 0, first letter of the type's name (h, l, s, z, x), parts
 *  part       = length i32, bytes
 *  h          field, value, ..., by field             z    member, score, ..., by score and member
 *  l          element, ..., from the left             s    member, ..., by member
 *  x          ID, number of words, field, value, ..., of each entry; then last ID, entries added, greatest deleted ID;
 *             then of each group its name, last ID, entries read, and of each pending entry ID, consumer, deliveries
 * </pre>
 *
 * <p>When entries were delivered and consumers were last seen is left out, as only the node knows it.
 */
public final class ValueImage {
    private static final Comparator<byte[]> BY_BYTES = java.util.Arrays::compareUnsigned;

    private ValueImage() {}

    /** Sends the request for what a key of a type, as TYPE names it, holds; {@link #read} takes what comes. */
    static void request(RespClient client, String type, Object key) throws IOException {
        switch (type) {
            case "string" -> client.send("GET", key);
            case "hash" -> client.send("HGETALL", key);
            case "list" -> client.send("LRANGE", key, 0, -1);
            case "set" -> client.send("SMEMBERS", key);
            case "zset" -> client.send("ZRANGE", key, 0, -1, "WITHSCORES");
            default -> client.send("XINFO", "STREAM", key, "FULL", "COUNT", 0);
        }
    }

    /** Reads the reply to {@link #request}: null when the key is not there any more. */
    static byte[] read(RespClient client, String type) throws IOException {
        Object reply = client.read();
        if (reply instanceof ErrorReplyException error) {
            if (type.equals("stream") && error.getMessage().contains("no such key")) {
                return null;
            }
            throw error;
        }
        return switch (type) {
            case "string" -> (byte[]) reply;
            case "hash" -> hash(pairs((List<?>) reply));
            case "list" -> collection('l', parts((List<?>) reply));
            case "set" ->
                collection('s', parts((List<?>) reply).stream().sorted(BY_BYTES).toList());
            case "zset" -> collection('z', parts((List<?>) reply));
            default -> stream((List<?>) reply);
        };
    }

    /** What a key holds, or null. */
    public static byte[] of(RespClient client, Object key) throws IOException {
        String type = client.text("TYPE", key);
        if (type.equals("none")) {
            return null;
        }
        request(client, type, key);
        client.flush();
        return read(client, type);
    }

    /** Of a hash; null when it has no fields. */
    public static byte[] hash(Map<byte[], byte[]> fields) {
        TreeMap<byte[], byte[]> sorted = new TreeMap<>(BY_BYTES);
        sorted.putAll(fields);
        List<byte[]> parts = new ArrayList<>();
        sorted.forEach((field, value) -> {
            parts.add(field);
            parts.add(value);
        });
        return collection('h', parts);
    }

    /**
     * Of a collection, by the first letter of its type; null when there are no parts.
     *
     * @param parts in the order of the image
     */
    public static byte[] collection(char type, Collection<byte[]> parts) {
        if (parts.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        image.write(0);
        image.write(type);
        for (byte[] part : parts) {
            image.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
            image.writeBytes(part);
        }
        return image.toByteArray();
    }

    /** The parts of a collection's image; none for null. */
    public static List<byte[]> parts(byte[] image) {
        List<byte[]> parts = new ArrayList<>();
        if (image != null) {
            ByteBuffer buffer = ByteBuffer.wrap(image, 2, image.length - 2);
            while (buffer.hasRemaining()) {
                byte[] part = new byte[buffer.getInt()];
                buffer.get(part);
                parts.add(part);
            }
        }
        return parts;
    }

    private static List<byte[]> parts(List<?> reply) {
        return reply.stream().map(each -> (byte[]) each).toList();
    }

    private static Map<byte[], byte[]> pairs(List<?> reply) {
        Map<byte[], byte[]> pairs = new TreeMap<>(BY_BYTES);
        for (int i = 0; i < reply.size(); i += 2) {
            pairs.put((byte[]) reply.get(i), (byte[]) reply.get(i + 1));
        }
        return pairs;
    }

    private static byte[] stream(List<?> reply) {
        Map<String, Object> facts = facts(reply);
        List<byte[]> parts = new ArrayList<>();
        for (Object entry : (List<?>) facts.get("entries")) {
            List<?> words = (List<?>) ((List<?>) entry).get(1);
            parts.add((byte[]) ((List<?>) entry).get(0));
            parts.add(bytes(words.size()));
            words.forEach(word -> parts.add((byte[]) word));
        }
        parts.add(bytes(facts.get("last-generated-id")));
        parts.add(bytes(facts.get("entries-added")));
        parts.add(bytes(facts.get("max-deleted-entry-id")));
        for (Object group : (List<?>) facts.get("groups")) {
            Map<String, Object> each = facts((List<?>) group);
            parts.add(bytes(each.get("name")));
            parts.add(bytes(each.get("last-delivered-id")));
            parts.add(bytes(each.get("entries-read")));
            for (Object pending : (List<?>) each.get("pel")) {
                List<?> words = (List<?>) pending;
                parts.add(bytes(words.get(0)));
                parts.add(bytes(words.get(1)));
                parts.add(bytes(words.get(3)));
            }
        }
        return collection('x', parts);
    }

    private static Map<String, Object> facts(List<?> reply) {
        Map<String, Object> facts = new TreeMap<>();
        for (int i = 0; i < reply.size(); i += 2) {
            facts.put(new String((byte[]) reply.get(i), StandardCharsets.UTF_8), reply.get(i + 1));
        }
        return facts;
    }

    private static byte[] bytes(Object word) {
        return word instanceof byte[] raw ? raw : String.valueOf(word).getBytes(StandardCharsets.UTF_8);
    }
}
