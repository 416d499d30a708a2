package io.tailrace.tools.rdb;

import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** The server that commands go to: some at a time, and then all their replies. One thread. */
final class RespTarget implements CommandSink {
    private static final int AT_ONCE = 512;
    private static final long BYTES_AT_ONCE = 4 << 20;
    private static final int SHOWN = 60;

    private final RespClient client;
    private final Deque<String> sent = new ArrayDeque<>();
    private long bytes;

    RespTarget(RespClient client) {
        this.client = client;
    }

    @Override
    public void command(Object... arguments) throws IOException {
        client.send(arguments);
        for (Object argument : arguments) {
            bytes += argument instanceof byte[] raw
                    ? raw.length
                    : argument.toString().length();
        }
        sent.add(name(arguments));
        if (sent.size() >= AT_ONCE || bytes >= BYTES_AT_ONCE) {
            drain();
        }
    }

    /** Returns when all that was sent is done; throws at the first that was refused. */
    void drain() throws IOException {
        client.flush();
        bytes = 0;
        while (!sent.isEmpty()) {
            Object reply = client.read();
            String command = sent.remove();
            if (reply instanceof ErrorReplyException refused) {
                throw new IOException("the server refused " + command + ": " + refused.getMessage());
            }
        }
    }

    private static String name(Object[] arguments) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < Math.min(2, arguments.length); i++) {
            String text = arguments[i] instanceof byte[] raw
                    ? new String(raw, 0, Math.min(raw.length, SHOWN), java.nio.charset.StandardCharsets.ISO_8859_1)
                    : arguments[i].toString();
            name.append(i == 0 ? "" : " ")
                    .append(i == 0 ? text.toUpperCase(Locale.ROOT) : text.replaceAll("[^ -~]", "?"));
        }
        return name.toString();
    }
}
