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
    private static final int SHOWN = 5;

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

    /** Waits until this many operations are acknowledged in all. */
    void awaitCount(int wanted, Duration limit) {
        Await.until(wanted + " operations", limit, () -> {
            requireGood();
            return count() >= wanted;
        });
    }

    /** Waits until every client has found the node again after each of this many crashes, and continues. */
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

    /** Lets the clients rest; returns when they do, and so have found the node again if it was gone, unless it is gone again. */
    void pause(NodeProcess node) {
        pauseSoon();
        Await.until("the clients to rest", STOPS, () -> {
            requireGood();
            if (!node.isAlive()) {
                throw new AssertionError("port " + node.port() + " has gone");
            }
            return clients.stream().allMatch(LoadClient::isResting);
        });
    }

    /** The same, of a node that stays. */
    void pause() {
        pauseSoon();
        Await.until("the clients to rest", STOPS, () -> {
            requireGood();
            return clients.stream().allMatch(LoadClient::isResting);
        });
    }

    /** Lets the clients rest as soon as they can. */
    void pauseSoon() {
        clients.forEach(client -> client.pause(true));
    }

    void resume() {
        clients.forEach(client -> client.pause(false));
        Await.until("the clients to go on", STOPS, () -> {
            requireGood();
            return clients.stream().noneMatch(LoadClient::isResting);
        });
    }

    /** From now on at most this many operations a second, of all clients together. */
    void perSecond(int operations) {
        clients.forEach(client -> client.perSecond(operations / clients.size()));
    }

    /** During a pause: continues at another node, which has the same. */
    void moveTo(NodeProcess other) throws IOException {
        for (LoadClient client : clients) {
            client.moveTo(other);
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
        Difference difference = difference(node);
        if (!difference.isNone()) {
            throw new AssertionError(difference.toString());
        }
    }

    /**
     * What a node holds other than what was acknowledged.
     *
     * @param lost keys whose last acknowledged write is not there
     * @param invented keys that are there and should not be
     * @param examples some of them, and how they are
     */
    record Difference(int lost, int invented, List<String> examples) {
        boolean isNone() {
            return lost == 0 && invented == 0;
        }
    }

    /** Compares the keys that belong to one client each. After stop, or during a pause. */
    Difference difference(NodeProcess node) throws IOException {
        Map<String, byte[]> actual = new HashMap<>();
        try (RespClient client = node.connect()) {
            KeyspaceDigest.forEach(
                    client, (key, value, deadline) -> actual.put(new String(key, StandardCharsets.UTF_8), value));
        }
        int lost = 0;
        int invented = 0;
        List<String> examples = new ArrayList<>();
        for (LoadClient client : clients) {
            Map<String, byte[]> acknowledged = client.acknowledged();
            for (Map.Entry<String, byte[]> entry : acknowledged.entrySet()) {
                byte[] held = actual.get(entry.getKey());
                if (!Arrays.equals(entry.getValue(), held)) {
                    lost++;
                    examples.add(entry.getKey() + " is " + Operation.show(held) + " and not "
                            + Operation.show(entry.getValue()) + ", which was acknowledged");
                }
            }
            for (String key : actual.keySet()) {
                if (key.startsWith(client.tag()) && !acknowledged.containsKey(key)) {
                    invented++;
                    examples.add(key + " is there again, or was never written");
                }
            }
        }
        return new Difference(lost, invented, examples.subList(0, Math.min(examples.size(), SHOWN)));
    }

    @Override
    public void close() {
        clients.forEach(LoadClient::stop);
        threads.forEach(Thread::interrupt);
    }
}
