package io.tailrace.tools.system;

import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Clients that move money between accounts on any shards, each transfer a MULTI, and that write pairs of keys by MSET. Whoever looks by one
 * command or one MULTI must see that nothing was lost or made: the accounts have their sum, both keys of a pair the same value.
 */
public final class TransferLoad implements AutoCloseable {
    public static final int ACCOUNTS = 12;
    public static final int PAIRS = 6;
    public static final int START = 1_000;

    private final NodeProcess node;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong looks = new AtomicLong();
    private final AtomicReference<Throwable> fault = new AtomicReference<>();
    private volatile boolean isStopping;

    public TransferLoad(NodeProcess node) {
        this.node = node;
    }

    /** Gives every account what it begins with. */
    public static void open(RespClient client) throws IOException {
        List<Object> accounts = new ArrayList<>(List.of("MSET"));
        for (int i = 0; i < ACCOUNTS; i++) {
            accounts.add("account" + i);
            accounts.add(START);
        }
        for (int i = 0; i < PAIRS; i++) {
            accounts.addAll(List.of("left" + i, 0, "right" + i, 0));
        }
        client.call(accounts.toArray());
    }

    public TransferLoad writers(int count) {
        for (int i = 0; i < count; i++) {
            int seed = i;
            start(() -> write(new SplittableRandom(seed)));
        }
        return this;
    }

    /** Readers of a node, which may be a replica. */
    TransferLoad readers(NodeProcess of, int count) {
        for (int i = 0; i < count; i++) {
            boolean isMulti = i % 2 == 1;
            start(() -> read(of, isMulti));
        }
        return this;
    }

    private interface Work {
        void run() throws IOException;
    }

    private void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                if (!isStopping) {
                    // the node was killed: that is what some tests are for
                    return;
                }
            } catch (Throwable e) {
                fault.compareAndSet(null, e);
            }
        });
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void write(SplittableRandom random) throws IOException {
        try (RespClient client = node.connect()) {
            while (!isStopping) {
                int amount = random.nextInt(1, 50);
                String from = "account" + random.nextInt(ACCOUNTS);
                String to = "account" + random.nextInt(ACCOUNTS);
                client.send("MULTI");
                client.send("DECRBY", from, amount);
                client.send("INCRBY", to, amount);
                client.send("EXEC");
                client.flush();
                for (int i = 0; i < 4; i++) {
                    Object reply = client.read();
                    if (reply instanceof Exception e) {
                        throw new AssertionError("a transfer was refused", e);
                    }
                }
                int pair = random.nextInt(PAIRS);
                long value = done.incrementAndGet();
                client.call("MSET", "left" + pair, value, "right" + pair, value);
            }
        }
    }

    private void read(NodeProcess of, boolean isMulti) throws IOException {
        List<Object> accounts = new ArrayList<>(List.of("MGET"));
        for (int i = 0; i < ACCOUNTS; i++) {
            accounts.add("account" + i);
        }
        try (RespClient client = of.connect()) {
            while (!isStopping) {
                if (isMulti) {
                    client.call("MULTI");
                    for (Object account : accounts.subList(1, accounts.size())) {
                        client.call("GET", account);
                    }
                    requireSum((List<?>) client.call("EXEC"));
                } else {
                    requireSum((List<?>) client.call(accounts.toArray()));
                }
                requirePairs((List<?>) client.call(pairs()));
                looks.incrementAndGet();
            }
        }
    }

    /** Reads all pairs. */
    static Object[] pairs() {
        List<Object> pairs = new ArrayList<>(List.of("MGET"));
        for (int i = 0; i < PAIRS; i++) {
            pairs.addAll(List.of("left" + i, "right" + i));
        }
        return pairs.toArray();
    }

    /** What all have together is what they began with. */
    static void requireSum(List<?> values) {
        long sum = 0;
        for (Object value : values) {
            sum += number(value);
        }
        if (sum != (long) ACCOUNTS * START) {
            throw new AssertionError("the accounts have " + sum + " of " + ACCOUNTS * START);
        }
    }

    static void requirePairs(List<?> values) {
        for (int i = 0; i < values.size(); i += 2) {
            if (number(values.get(i)) != number(values.get(i + 1))) {
                throw new AssertionError(
                        "half of an MSET: " + number(values.get(i)) + " and " + number(values.get(i + 1)));
            }
        }
    }

    private static long number(Object bulk) {
        return Long.parseLong(new String((byte[]) bulk, StandardCharsets.US_ASCII));
    }

    /** Looks once at everything. */
    public static void check(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            List<Object> accounts = new ArrayList<>(List.of("MGET"));
            for (int i = 0; i < ACCOUNTS; i++) {
                accounts.add("account" + i);
            }
            requireSum((List<?>) client.call(accounts.toArray()));
            requirePairs((List<?>) client.call(pairs()));
        }
    }

    public long transfers() {
        return done.get();
    }

    long looks() {
        return looks.get();
    }

    /** Throws what a client has found. */
    void requireGood() {
        if (fault.get() != null) {
            throw new AssertionError(fault.get());
        }
    }

    public void stop() throws InterruptedException {
        isStopping = true;
        for (Thread thread : threads) {
            thread.join(60_000);
            if (thread.isAlive()) {
                throw new AssertionError("a client was never answered");
            }
        }
        requireGood();
    }

    @Override
    public void close() {
        isStopping = true;
    }
}
