package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.node.backlog.DiskSync;
import io.tailrace.node.config.Setting;
import io.tailrace.node.shard.RebuildException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * This node and a real Redis, with clients that are connected to both and say the same to each. The node's clock is set to
 * the machine's before each command. For one test thread.
 */
final class SideBySide implements AutoCloseable {
    static final char SPACE = '\u00a0';

    final SessionBench bench;
    final RedisServer redis;
    private final List<Client> clients = new ArrayList<>();
    private final int shardCount;

    /** @param shards how many, unless the property {@code tailrace.shards} says so */
    SideBySide(Path directory, int shards, Map<Setting, String> settings, String... redisOptions)
            throws IOException, RebuildException {
        shardCount = Integer.getInteger("tailrace.shards", shards);
        Path theirs = Files.createDirectories(directory.resolve("redis"));
        bench = new SessionBench(directory.resolve("node"), shardCount, DiskSync.REAL, settings);
        redis = new RedisServer(theirs, redisOptions);
        setClock();
    }

    private void setClock() {
        bench.nowMicros = System.currentTimeMillis() * 1_000;
    }

    /** A client whose connection to the node is served by one shard's reactor. */
    Client connect(int shard) throws IOException {
        Client client = new Client(bench.clientOfShard(shard % shardCount), redis.connect());
        clients.add(client);
        return client;
    }

    /** One client's two connections. */
    final class Client {
        final SessionBench.Client ours;
        private final Socket theirs;
        private final InputStream in;

        private Client(SessionBench.Client ours, Socket theirs) throws IOException {
            this.ours = ours;
            this.theirs = theirs;
            in = new BufferedInputStream(theirs.getInputStream());
        }

        /** Sends commands, each of words between single spaces, at once to each server, and compares the replies. */
        void compare(String context, String... commands) throws IOException {
            List<Reply> expected = theirs(commands);
            assertEquals(expected, ours(commands), context + ": " + String.join("; ", commands));
        }

        List<Reply> theirs(String... commands) throws IOException {
            sendTheirs(commands);
            List<Reply> replies = new ArrayList<>();
            for (int i = 0; i < commands.length; i++) {
                replies.add(nextTheirs());
            }
            return replies;
        }

        List<Reply> ours(String... commands) {
            sendOurs(commands);
            List<Reply> replies = new ArrayList<>();
            for (int i = 0; i < commands.length; i++) {
                replies.add(ours.next());
            }
            return replies;
        }

        void sendTheirs(String... commands) throws IOException {
            List<String[]> split = new ArrayList<>();
            for (String command : commands) {
                split.add(words(command));
            }
            sendTheirs(split);
        }

        /** Commands of any words. */
        void sendTheirs(List<String[]> commands) throws IOException {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            for (String[] words : commands) {
                request.writeBytes(latin("*" + words.length + "\r\n"));
                for (String word : words) {
                    request.writeBytes(latin("$" + word.length() + "\r\n" + word + "\r\n"));
                }
            }
            theirs.getOutputStream().write(request.toByteArray());
        }

        void sendOurs(String... commands) {
            setClock();
            for (String command : commands) {
                ours.send(words(command));
            }
        }

        boolean isClosedByTheirs() throws IOException {
            try {
                return in.read() < 0;
            } catch (SocketException e) {
                return true;
            }
        }

        Reply nextTheirs() throws IOException {
            return Reply.read(in);
        }
    }

    /** A {@link #SPACE} is one within a word. */
    private static String[] words(String command) {
        String[] words = command.split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace(SPACE, ' ');
        }
        return words;
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.theirs.close();
        }
        redis.close();
        bench.close();
    }
}
