package io.tailrace.tools.system;

import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Writes new and longer values to keys of its own until the node says that its memory is full, and knows what was taken and
 * what was not: the one is to be there, of the other nothing.
 */
final class FillingClient {
    private static final String OOM = "OOM command not allowed when used memory > 'maxmemory'.";
    private static final int PIPELINE = 50;
    private static final int SMALL = 1_500;
    private static final int LARGE = 40_000;

    /** A write under way. */
    private record Write(String key, byte[] value) {}

    private final String tag;
    private final Random random;
    private final Map<String, byte[]> held = new HashMap<>();
    private int names;
    private int refused;
    private Throwable failure;

    FillingClient(String tag, long seed) {
        this.tag = tag;
        random = new Random(seed + tag.hashCode());
    }

    /** Writes until this many more writes were refused, or taken. */
    void fill(NodeProcess node, int refusals, int writes) {
        try (RespClient client = node.connect()) {
            int until = refused + refusals;
            for (int written = 0; refused < until && written < writes; written += PIPELINE) {
                pipeline(client);
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private void pipeline(RespClient client) throws IOException {
        Deque<Write> underWay = new ArrayDeque<>();
        for (int i = 0; i < PIPELINE; i++) {
            boolean isNew = names == 0 || random.nextInt(4) > 0;
            String key = tag + (isNew ? names++ : random.nextInt(names));
            byte[] value = new byte[random.nextInt(random.nextInt(50) == 0 ? LARGE : SMALL)];
            random.nextBytes(value);
            underWay.add(new Write(key, value));
            client.send("SET", key, value);
        }
        client.flush();
        for (Write write : underWay) {
            Object reply = client.read();
            if ("OK".equals(reply)) {
                held.put(write.key(), write.value());
            } else if (reply instanceof ErrorReplyException error && OOM.equals(error.getMessage())) {
                refused++;
            } else {
                throw new AssertionError(write.key() + ": " + reply);
            }
        }
    }

    /** Deletes one in this many of its keys. */
    int delete(NodeProcess node, int oneIn) throws IOException {
        int deleted = 0;
        try (RespClient client = node.connect()) {
            for (String key : Map.copyOf(held).keySet()) {
                if (random.nextInt(oneIn) == 0) {
                    deleted += (int) client.number("DEL", key);
                    held.remove(key);
                }
            }
        }
        return deleted;
    }

    String tag() {
        return tag;
    }

    int refused() {
        return refused;
    }

    /** Once the thread that fills has ended. */
    Map<String, byte[]> held() throws IOException {
        if (failure != null) {
            throw new AssertionError("the client " + tag + " failed", failure);
        }
        return held;
    }
}
