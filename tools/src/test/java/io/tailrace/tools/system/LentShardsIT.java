package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four shards with a thread each: who waits for a shard that a transaction of another thread has. */
class LentShardsIT {
    private static final int CLIENTS = 12;
    private static final int ELEMENTS = 400;
    private static final String BUSY = "BUSY Redis is busy running a script";

    @TempDir
    private Path dir;

    private NodeProcess start(Cluster cluster) throws Exception {
        NodeProcess node = cluster.node("node", "--shards", "4");
        Cluster.arm(node, null, 0);
        Cluster.start(node);
        return node;
    }

    /** Clients of all shards, whose threads wait for theirs, are answered, and may end the script. */
    @Test
    void shouldAnswerClientsOfAllShardsWhileALateScriptHasThem() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess node = start(cluster);
            try (RespClient script = node.connect()) {
                script.text("CONFIG", "SET", "busy-reply-threshold", "50");
                script.send("EVAL", "redis.call('get', KEYS[1]) while true do end", "4", "a", "b", "c", "d");
                script.flush();
                awaitBusy(node);
                for (int i = 0; i < CLIENTS; i++) {
                    try (RespClient client = node.connect()) {
                        String key = "k" + i;
                        String error = assertThrows(IOException.class, () -> client.call("GET", key))
                                .getMessage();
                        assertTrue(error.contains(BUSY), error);
                        error = assertThrows(IOException.class, () -> client.call("EXEC"))
                                .getMessage();
                        assertTrue(error.contains("EXEC without MULTI") || error.contains(BUSY), error);
                    }
                }
                try (RespClient client = node.connect()) {
                    assertEquals("OK", client.text("SCRIPT", "KILL"));
                }
                String end = String.valueOf(script.read());
                assertTrue(end.contains("Script killed by user"), end);
                assertEquals("OK", script.text("MSET", "a", "1", "b", "2", "c", "3", "d", "4"));
            }
            assertEquals(0, node.terminate());
        }
    }

    private static void awaitBusy(NodeProcess node) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        String last = "";
        while (!last.contains(BUSY)) {
            assertTrue(System.nanoTime() < deadline, last);
            try (RespClient client = node.connect()) {
                last = String.valueOf(client.call("PING"));
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
        }
    }

    /** Clients that wait for lists of all shards, while others push: each element goes to one of them. */
    @Test
    void shouldGiveEachElementToOneClientThatWaitsOnSeveralShards() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess node = start(cluster);
            ConcurrentLinkedQueue<String> popped = new ConcurrentLinkedQueue<>();
            List<Thread> poppers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Thread popper = new Thread(() -> pop(node, popped), "popper-" + i);
                popper.start();
                poppers.add(popper);
            }
            try (RespClient client = node.connect()) {
                for (int i = 0; i < ELEMENTS; i++) {
                    client.number("RPUSH", "q" + i % 6, "e" + i);
                }
                awaitSize(popped, ELEMENTS);
                for (int i = 0; i < poppers.size(); i++) {
                    client.number("RPUSH", "q1", "end");
                }
                for (Thread popper : poppers) {
                    popper.join(60_000);
                }
                for (int i = 0; i < 6; i++) {
                    assertEquals(0, client.number("LLEN", "q" + i));
                }
            }
            assertEquals(ELEMENTS, popped.size());
            assertEquals(ELEMENTS, new HashSet<>(popped).size());
            assertEquals(0, node.terminate());
        }
    }

    private static void awaitSize(ConcurrentLinkedQueue<String> popped, int size) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (popped.size() < size) {
            assertTrue(System.nanoTime() < deadline, popped::toString);
            Thread.onSpinWait();
        }
    }

    private static void pop(NodeProcess node, ConcurrentLinkedQueue<String> popped) {
        try (RespClient client = node.connect()) {
            while (true) {
                List<?> reply = (List<?>) client.call("BLPOP", "q0", "q1", "q2", "q3", "q4", "q5", "30");
                String element = new String((byte[]) reply.get(1), StandardCharsets.UTF_8);
                if (element.equals("end")) {
                    return;
                }
                popped.add(element);
            }
        } catch (IOException e) {
            popped.add("failed: " + e);
        }
    }
}
