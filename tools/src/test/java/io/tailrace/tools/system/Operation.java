package io.tailrace.tools.system;

import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One thing a client does: applied as a whole or not at all.
 *
 * @param requests one, or MULTI to EXEC
 * @param replies what must be answered; {@link #ANY} where others write to the key too
 * @param changes what modelled keys hold afterwards, null for nothing
 */
record Operation(List<Object[]> requests, List<Object> replies, Map<String, byte[]> changes) {
    static final Object ANY = new Object();

    static Operation of(Object reply, Map<String, byte[]> changes, Object... request) {
        return new Operation(List.<Object[]>of(request), Arrays.asList(reply), changes);
    }

    /** On a key without a model. */
    static Operation unchecked(Object... request) {
        return of(ANY, Map.of(), request);
    }

    static Map<String, byte[]> change(String key, byte[] value) {
        Map<String, byte[]> changes = new LinkedHashMap<>();
        changes.put(key, value);
        return changes;
    }

    void send(RespClient client) throws IOException {
        for (Object[] request : requests) {
            client.send(request);
        }
    }

    /** Reads the replies. */
    void check(RespClient client) throws IOException {
        for (int i = 0; i < requests.size(); i++) {
            Object reply = client.read();
            if (reply instanceof ErrorReplyException || !isAsExpected(replies.get(i), reply)) {
                throw new AssertionError(describe(requests.get(i)) + " was answered with " + show(reply) + " and not "
                        + show(replies.get(i)));
            }
        }
    }

    private static boolean isAsExpected(Object expected, Object reply) {
        if (expected == ANY) {
            return true;
        }
        return expected instanceof byte[] bytes
                ? reply instanceof byte[] other && Arrays.equals(bytes, other)
                : expected == null ? reply == null : expected.equals(reply);
    }

    void applyTo(Map<String, byte[]> model) {
        changes.forEach((key, value) -> {
            if (value == null) {
                model.remove(key);
            } else {
                model.put(key, value);
            }
        });
    }

    @Override
    public String toString() {
        return String.join(" ", requests.stream().map(Operation::describe).toList());
    }

    private static String describe(Object[] request) {
        return String.join(" ", Arrays.stream(request).map(Operation::show).toList());
    }

    static String show(Object value) {
        return value instanceof byte[] bytes
                ? bytes.length + " bytes (hash " + Arrays.hashCode(bytes) + ")"
                : value == ANY ? "anything" : String.valueOf(value);
    }
}
