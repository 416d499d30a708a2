package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.Background;
import io.tailrace.node.replication.PrimaryLocator.Location;
import io.tailrace.node.security.Credentials;
import io.tailrace.node.security.Security;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks a primary's client port where it serves its log: {@code REPLCONF topology}. Blocks, for the name service too, so
 * each query has a thread of its own that ends with the answer.
 */
final class TopologyQuery implements PrimaryLocator {
    static final byte[] QUERY = "*2\r\n$8\r\nREPLCONF\r\n$8\r\ntopology\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int TIMEOUT_MS = 3_000;
    private static final int MAX_LINE = 2_048;
    private static final int MAX_SHOWN = 80;
    private static final List<String> UNAUTHENTICATED = List.of("-NOAUTH ", "-NOPERM ", "-DENIED ");

    private final Background background;

    /** What the primary answers, as far as it does so in time, however often a little comes. */
    private static final class Answer extends FilterInputStream {
        private final Socket socket;
        private final long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);

        Answer(Socket socket) throws IOException {
            super(socket.getInputStream());
            this.socket = socket;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
            if (leftMs <= 0) {
                throw new SocketTimeoutException("it has not answered within " + TIMEOUT_MS + " ms");
            }
            socket.setSoTimeout((int) leftMs);
            return super.read(into, offset, length);
        }
    }

    TopologyQuery(Background background) {
        this.background = background;
    }

    @Override
    public void query(HostPort primary, Security security, Consumer<Location> answer) {
        background.run("locate-primary", () -> answer.accept(locate(primary, security)));
    }

    private static Location locate(HostPort primary, Security security) {
        try (Socket socket = security.newSocket()) {
            InetAddress host = InetAddress.getByName(primary.host());
            socket.connect(new InetSocketAddress(host, primary.port()), TIMEOUT_MS);
            InputStream in = new BufferedInputStream(new Answer(socket));
            Credentials credentials = security.credentials();
            if (credentials != null) {
                socket.getOutputStream().write(credentials.request());
                String answer = line(in);
                if (!answer.equals("+OK")) {
                    return refused(answer);
                }
            }
            socket.getOutputStream().write(QUERY);
            return parse(host, in);
        } catch (IOException | IllegalArgumentException e) {
            return failed(primary, e.getMessage());
        }
    }

    static Location failed(HostPort primary, String problem) {
        return new Location(null, 0, null, "can't ask " + primary + " where it replicates: " + problem, false);
    }

    /** @param answer an error that says that this node is not let in */
    private static Location refused(String answer) {
        return new Location(null, 0, null, answer.substring(Math.min(1, answer.length())), true);
    }

    static Location parse(InetAddress host, InputStream in) throws IOException {
        String first = line(in);
        if (UNAUTHENTICATED.stream().anyMatch(first::startsWith)) {
            return refused(first);
        }
        if (!first.equals("*4")) {
            return new Location(
                    null,
                    0,
                    null,
                    "NOTTAILRACE it answered " + shown(first)
                            + " to REPLCONF topology, so it is not a Tailrace node: only" + " one can be followed",
                    true);
        }
        long version = number(in);
        if (version != 1) {
            throw new IOException("it uses replication version " + version);
        }
        int port = (int) number(in);
        int shardCount = (int) number(in);
        line(in);
        return new Location(new InetSocketAddress(host, port), shardCount, line(in), null, false);
    }

    private static String shown(String answer) {
        String start = answer.substring(0, Math.min(MAX_SHOWN, answer.length()));
        return start.isEmpty() ? "an empty line" : "'" + start.replaceAll("[^ -~]", "?") + "'";
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
