package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The random commands of {@link RedisDifferenceTest} to a node of four shards, whose keys lie on all of them: by themselves, pipelined and
 * in MULTI. One SCAN tells of all of them, as there are few, but for one in MULTI, which stays on a shard.
 */
class RedisDifferenceOverShardsTest {
    private static final int SHARDS = 4;
    private static final int BATCHES = 40;
    private static final int BATCH = 250;
    private static final int MULTI = 20;
    private static final long SEED = Long.getLong("tailrace.seed", 1);

    @TempDir
    private Path directory;

    private SideBySide both;
    private SideBySide.Client client;
    private String context;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        both = new SideBySide(directory, SHARDS, Map.of(), "--proto-max-bulk-len", "1mb");
        client = both.connect(1);
    }

    @AfterEach
    void stop() throws IOException {
        if (both != null) {
            both.close();
        }
    }

    @Test
    void shouldReplyAsRedisDoesToRandomCommands() throws IOException {
        run(SEED, false);
    }

    @Test
    void shouldReplyAsRedisDoesInSeveralDatabases() throws IOException {
        run(SEED + 2, true);
    }

    private void run(long seed, boolean isOfDatabases) throws IOException {
        CommandGenerator generator = new CommandGenerator(seed, System.currentTimeMillis(), isOfDatabases);
        Random random = new Random(seed);
        int multis = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            context = "seed " + seed + ", batch " + batch + ": ";
            List<String[]> commands = new ArrayList<>();
            while (commands.size() < BATCH) {
                String[] command = generator.next();
                if (RedisDifferenceTest.WHOLE.contains(command[0])) {
                    commands.add(RedisDifferenceTest.meetAll());
                }
                commands.add(command);
            }
            compare(commands.subList(0, BATCH / 2));
            for (int from = BATCH / 2; from < commands.size(); multis++) {
                int to = Math.min(commands.size(), from + 1 + random.nextInt(MULTI));
                compareAsMulti(withoutScan(commands.subList(from, to)));
                from = to;
            }
            compare(RedisDifferenceTest.contents());
            assertEquals(new TreeSet<>(client.theirs("KEYS *").get(0).sortedBodies()), scanned(), context);
        }
        assertTrue(multis > BATCHES, multis + " transactions");
    }

    private void compare(List<String[]> commands) throws IOException {
        List<Reply> expected = theirs(commands);
        List<Reply> actual = ours(commands);
        for (int i = 0; i < commands.size(); i++) {
            RedisDifferenceTest.check(context, commands.get(i), expected.get(i), actual.get(i));
        }
    }

    private void compareAsMulti(List<String[]> commands) throws IOException {
        List<String[]> multi = new ArrayList<>(commands);
        multi.add(0, new String[] {"MULTI"});
        multi.add(new String[] {"EXEC"});
        List<Reply> expected = theirs(multi);
        List<Reply> actual = ours(multi);
        int exec = multi.size() - 1;
        assertEquals(expected.subList(0, exec), actual.subList(0, exec), context);
        assertEquals(expected.get(exec).line(), actual.get(exec).line(), context);
        for (int i = 0; i < expected.get(exec).elements().size(); i++) {
            RedisDifferenceTest.check(
                    context,
                    commands.get(i),
                    expected.get(exec).elements().get(i),
                    actual.get(exec).elements().get(i));
        }
    }

    private static List<String[]> withoutScan(List<String[]> commands) {
        return commands.stream().filter(command -> !command[0].equals("SCAN")).toList();
    }

    private List<Reply> theirs(List<String[]> commands) throws IOException {
        client.sendTheirs(commands);
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            replies.add(client.nextTheirs());
        }
        return replies;
    }

    private List<Reply> ours(List<String[]> commands) {
        both.bench.nowMicros = System.currentTimeMillis() * 1_000;
        commands.forEach(client.ours::send);
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            replies.add(client.ours.next());
        }
        return replies;
    }

    private TreeSet<String> scanned() {
        TreeSet<String> keys = new TreeSet<>();
        String cursor = "0";
        do {
            Reply reply = client.ours.reply("SCAN", cursor);
            cursor = reply.elements().get(0).body();
            keys.addAll(reply.elements().get(1).sortedBodies());
        } while (!cursor.equals("0"));
        return keys;
    }
}
