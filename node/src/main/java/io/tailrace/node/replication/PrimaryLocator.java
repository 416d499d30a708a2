package io.tailrace.node.replication;

import io.tailrace.node.HostPort;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Asks a primary's client port where it serves its log: {@code REPLCONF topology}. Blocks, for the name service too, so
 * each question has a thread of its own that ends with the answer.
 */
final class PrimaryLocator {
    private static final int TIMEOUT_MS = 3_000;
    private static final byte[] QUESTION =
            "*2\r\n$8\r\nREPLCONF\r\n$8\r\ntopology\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_LINE = 1_024;

    /**
     * What the primary said.
     *
     * @param address where shard 0's log is served; shard i's on the port plus i
     * @param problem null, or why there is no answer
     */
    record Location(InetSocketAddress address, int shardCount, String nodeId, String problem) {
        /** Why this node can't follow the one that answered, as the primary would have said it, or null. */
        String refusal(HostPort primary, int ownShardCount, Predicate<String> isOwnNode) {
            if (problem != null) {
                return null;
            }
            if (shardCount != ownShardCount) {
                return "SHARDS " + primary + " has " + shardCount + " shards, this node has " + ownShardCount
                        + ": give both nodes the same shards";
            }
            return isOwnNode.test(nodeId)
                    ? "ERR " + primary
                            + " is this node itself, or has a copy of its data directory: then delete node.properties"
                            + " of the copy while that node is down"
                    : null;
        }
    }

    private PrimaryLocator() {}

    /** Asks in the background; the answer is given on the asking thread. */
    static void ask(HostPort primary, Consumer<Location> answer) {
        Thread thread = new Thread(() -> answer.accept(locate(primary)), "locate-primary");
        thread.setDaemon(true);
        thread.start();
    }

    private static Location locate(HostPort primary) {
        try (Socket socket = new Socket()) {
            InetAddress host = InetAddress.getByName(primary.host());
            socket.connect(new InetSocketAddress(host, primary.port()), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(QUESTION);
            return parse(host, new BufferedInputStream(socket.getInputStream()));
        } catch (IOException | IllegalArgumentException e) {
            return new Location(null, 0, null, "can't ask " + primary + " where it replicates: " + e.getMessage());
        }
    }

    private static Location parse(InetAddress host, InputStream in) throws IOException {
        String first = line(in);
        if (!first.equals("*4")) {
            throw new IOException("it answered " + first + " to REPLCONF topology: is it a Tailrace node?");
        }
        long version = number(in);
        if (version != 1) {
            throw new IOException("it speaks replication version " + version);
        }
        int port = (int) number(in);
        int shardCount = (int) number(in);
        line(in);
        return new Location(new InetSocketAddress(host, port), shardCount, line(in), null);
    }

    private static long number(InputStream in) throws IOException {
        String line = line(in);
        if (!line.startsWith(":")) {
            throw new IOException("it answered " + line + " where a number was expected");
        }
        return Long.parseLong(line.substring(1));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > MAX_LINE) {
                throw new IOException("its answer is cut off");
            }
            line.append((char) c);
        }
        return line.toString().trim();
    }
}
