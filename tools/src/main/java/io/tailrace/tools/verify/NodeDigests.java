package io.tailrace.tools.verify;

import io.tailrace.node.config.HostPort;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.online.NodeAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One node's answers to STOREDIGEST. One thread; requests that are sent are answered in their order. */
final class NodeDigests implements AutoCloseable {
    private static final String COMMAND = "STOREDIGEST";

    /** Of one shard, as the node tells it. */
    record Position(
            int shard,
            long first,
            long last,
            String chain,
            String history,
            long segments,
            long keys,
            long bytes,
            String functions,
            String swapped) {}

    /** A part at an index. */
    record Part(long index, long keys, String digest, long large) {
        boolean isSame(Part other) {
            return keys == other.keys && digest.equals(other.digest) && large == other.large;
        }
    }

    /** Which key, on every node. */
    record Name(int place, String key) {
        byte[] bytes() {
            return key.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** A key at an index. */
    record State(long version, long ordinal, String digest, boolean isLarge) {
        boolean isSameVersion(State other) {
            return version == other.version && ordinal == other.ordinal;
        }

        boolean isLaterThan(State other) {
            return version > other.version || version == other.version && ordinal > other.ordinal;
        }
    }

    /** Keys at an index; null for keys that could not be read. */
    record Keys(long index, Map<Name, State> states) {}

    private final HostPort node;
    private final RespClient client;

    NodeDigests(HostPort node, NodeAccess access) throws IOException {
        this.node = node;
        client = access.connect(node);
    }

    HostPort node() {
        return node;
    }

    void send(Object... arguments) throws IOException {
        Object[] request = new Object[arguments.length + 1];
        request[0] = COMMAND;
        System.arraycopy(arguments, 0, request, 1, arguments.length);
        try {
            client.send(request);
        } catch (IOException e) {
            throw NodeAccess.failed(node, e);
        }
    }

    void flush() throws IOException {
        try {
            client.flush();
        } catch (IOException e) {
            throw NodeAccess.failed(node, e);
        }
    }

    /** The next reply; an error is one of the node's, by its code. */
    private Object read() throws IOException {
        Object reply;
        try {
            reply = client.read();
        } catch (IOException e) {
            throw NodeAccess.failed(node, e);
        }
        if (reply instanceof ErrorReplyException error) {
            throw new RefusedException(node, error.getMessage());
        }
        return reply;
    }

    private List<?> ask(Object... arguments) throws IOException {
        send(arguments);
        flush();
        return (List<?>) read();
    }

    private static String text(Object bulk) {
        return bulk == null ? null : new String((byte[]) bulk, StandardCharsets.ISO_8859_1);
    }

    List<Position> positions() throws IOException {
        List<Position> positions = new ArrayList<>();
        for (Object each : ask()) {
            List<?> shard = (List<?>) each;
            positions.add(new Position(
                    Math.toIntExact((Long) shard.get(0)),
                    (Long) shard.get(1),
                    (Long) shard.get(2),
                    text(shard.get(3)),
                    text(shard.get(4)),
                    (Long) shard.get(5),
                    (Long) shard.get(6),
                    (Long) shard.get(7),
                    text(shard.get(8)),
                    text(shard.get(9))));
        }
        return positions;
    }

    /** Null where the node has no such record. */
    String chain(int shard, long index) throws IOException {
        send("CHAIN", shard, index);
        flush();
        return text(read());
    }

    Part readPart() throws IOException {
        List<?> part = (List<?>) read();
        return new Part((Long) part.get(0), (Long) part.get(1), text(part.get(2)), (Long) part.get(3));
    }

    Keys readKeys() throws IOException {
        List<?> reply = (List<?>) read();
        if (reply == null) {
            return null;
        }
        Map<Name, State> states = new LinkedHashMap<>();
        for (Object each : reply.subList(1, reply.size())) {
            List<?> key = (List<?>) each;
            states.put(
                    new Name(Math.toIntExact((Long) key.get(0)), text(key.get(1))),
                    new State((Long) key.get(2), (Long) key.get(3), text(key.get(4)), (Long) key.get(5) != 0));
        }
        return new Keys((Long) reply.get(0), states);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
