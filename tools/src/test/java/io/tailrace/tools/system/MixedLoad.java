package io.tailrace.tools.system;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Several clients that write all sorts of things to one node, through its crashes, until they are stopped. */
final class MixedLoad implements AutoCloseable {
    private static final Duration STOPS = Duration.ofSeconds(70);

    private final List<LoadClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Begins.
     *
     * @param name begins the names of the clients, which are new to the node
     * @param perSecond operations of all clients together, at most
     */
    MixedLoad(String name, NodeProcess node, int clientCount, int perSecond) {
        long seed = Long.getLong("tailrace.test.seed", System.nanoTime());
        System.out.println("mixed load: -Dtailrace.test.seed=" + seed);
        for (int i = 0; i < clientCount; i++) {
            LoadClient client = new LoadClient(node, new OperationGenerator(name + i, seed), perSecond / clientCount);
            clients.add(client);
            threads.add(new Thread(client, "load-" + i));
        }
        threads.forEach(thread -> thread.setDaemon(true));
        threads.forEach(Thread::start);
    }

    int count() {
        return clients.stream().mapToInt(LoadClient::count).sum();
    }

    /** Waits until so many operations are acknowledged in all. */
    void awaitCount(int wanted, Duration limit) {
        Await.until(wanted + " operations", limit, () -> {
            requireGood();
            return count() >= wanted;
        });
    }

    /** Waits until every client has found the node again after each of so many crashes, and goes on. */
    void awaitCrashes(int wanted, Duration limit) {
        Await.until("all clients to be back", limit, () -> {
            requireGood();
            return clients.stream().allMatch(client -> client.crashes() >= wanted);
        });
        awaitCount(count() + 100, limit);
    }

    private void requireGood() {
        for (LoadClient client : clients) {
            if (client.failure() != null) {
                throw new AssertionError("the load of " + client.tag() + " failed", client.failure());
            }
        }
    }

    /** Stops the clients; everything sent is answered then. */
    void stop() {
        clients.forEach(LoadClient::stop);
        for (Thread thread : threads) {
            try {
                thread.join(STOPS.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        requireGood();
    }

    /** Checks that a node holds exactly what was acknowledged, for the keys that belong to one client. After stop. */
    void requireAllAcknowledged(NodeProcess node) throws IOException {
        Map<String, byte[]> actual = new HashMap<>();
        try (RespClient client = node.connect()) {
            KeyspaceDigest.forEach(
                    client, (key, value, deadline) -> actual.put(new String(key, StandardCharsets.UTF_8), value));
        }
        for (LoadClient client : clients) {
            Map<String, byte[]> acknowledged = client.acknowledged();
            acknowledged.forEach((key, value) -> {
                if (!Arrays.equals(value, actual.get(key))) {
                    throw new AssertionError(key + " is " + Operation.show(actual.get(key)) + " and not "
                            + Operation.show(value) + ", which was acknowledged");
                }
            });
            long held = actual.keySet().stream()
                    .filter(key -> key.startsWith(client.tag()))
                    .count();
            if (held != acknowledged.size()) {
                throw new AssertionError("deleted keys of " + client.tag() + " are there again");
            }
        }
    }

    @Override
    public void close() {
        clients.forEach(LoadClient::stop);
        threads.forEach(Thread::interrupt);
    }
}
