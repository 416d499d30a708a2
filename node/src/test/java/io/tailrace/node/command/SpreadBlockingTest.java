package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of four shards that wait for keys of any of them: every element goes to one of them. */
class SpreadBlockingTest {
    private static final int SHARDS = 4;
    private static final long SEED = Long.getLong("tailrace.seed", 5);
    private static final int KEYS = 6;
    private static final int ROUNDS = Integer.getInteger("tailrace.rounds", 400);

    @TempDir
    Path directory;

    private SessionBench bench;

    @AfterEach
    void close() throws Exception {
        if (bench != null) {
            bench.close();
        }
    }

    /** Each push makes one waiting client's reply, and none is told twice, or not at all. */
    @Test
    void shouldGiveEachElementToOneClient() throws Exception {
        bench = new SessionBench(directory, SHARDS);
        Random random = new Random(SEED);
        SessionBench.Client pusher = bench.client();
        List<SessionBench.Client> poppers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            poppers.add(bench.client());
            poppers.get(i).reply("PING");
        }
        Map<String, List<String>> pushed = new TreeMap<>();
        Map<String, List<String>> popped = new TreeMap<>();
        int element = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (SessionBench.Client popper : poppers) {
                popper.send(wait(random));
            }
            bench.await(() -> blocked() == poppers.size());
            int count = poppers.size();
            List<String[]> commands = new ArrayList<>();
            while (count > 0) {
                String key = "l" + random.nextInt(KEYS);
                int elements = 1 + random.nextInt(count);
                List<String> words = new ArrayList<>(List.of("RPUSH", key));
                for (int i = 0; i < elements; i++) {
                    words.add("e" + element);
                    pushed.computeIfAbsent(key, k -> new ArrayList<>()).add("e" + element++);
                }
                count -= elements;
                commands.add(words.toArray(String[]::new));
            }
            if (random.nextBoolean()) {
                commands.add(0, new String[] {"MULTI"});
                commands.add(new String[] {"EXEC"});
            }
            commands.forEach(pusher::send);
            commands.forEach(command -> pusher.next());
            for (SessionBench.Client popper : poppers) {
                String[] words =
                        popper.next().toString().replaceAll("[\\[\\],]", "").split(" ");
                assertEquals("*2", words[0]);
                popped.computeIfAbsent(words[2], k -> new ArrayList<>()).add(words[4]);
            }
        }
        for (Map.Entry<String, List<String>> key : pushed.entrySet()) {
            assertEquals(count(key.getValue()), count(popped.get(key.getKey())), key.getKey());
            assertEquals(":0", pusher.reply("LLEN", key.getKey()).toString());
        }
    }

    private static Map<String, Integer> count(List<String> elements) {
        Map<String, Integer> counts = new HashMap<>();
        elements.forEach(each -> counts.merge(each, 1, Integer::sum));
        return counts;
    }

    /** For all keys: whoever pushes to any serves it. */
    private static String[] wait(Random random) {
        List<String> words = new ArrayList<>(List.of("BLPOP"));
        int first = random.nextInt(KEYS);
        for (int i = 0; i < KEYS; i++) {
            words.add("l" + (first + i) % KEYS);
        }
        words.add("0");
        return words.toArray(String[]::new);
    }

    private int blocked() {
        int blocked = 0;
        for (int i = 0; i < SHARDS; i++) {
            blocked += bench.services(i).stats().blocked();
        }
        return blocked;
    }
}
