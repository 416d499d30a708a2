package io.tailrace.tools.system;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.demo.ValueImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One client of a {@link MixedLoad}. When its node dies it waits for the next one on the port, and first of all checks
 * that what was acknowledged is there, and of what was under way a beginning and nothing else.
 */
final class LoadClient implements Runnable {
    private static final int PIPELINE = 20;
    private static final long MAX_BEHIND_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration COMES_BACK = Duration.ofSeconds(60);

    private final OperationGenerator generator;
    private final Map<String, byte[]> acknowledged = new HashMap<>();
    private final Deque<Operation> underWay = new ArrayDeque<>();
    private volatile NodeProcess node;
    private volatile RespClient client;
    private volatile int count;
    private volatile int crashes;
    private volatile int perSecond;
    private volatile boolean isStopping;
    private volatile boolean isPaused;
    private volatile boolean isResting;
    private volatile Throwable failure;

    LoadClient(NodeProcess node, OperationGenerator generator, int perSecond) {
        this.node = node;
        this.generator = generator;
        this.perSecond = perSecond;
    }

    /** Operations acknowledged so far. */
    int count() {
        return count;
    }

    /** How often the node was lost and found again. */
    int crashes() {
        return crashes;
    }

    /** What must never be, or null. */
    Throwable failure() {
        return failure;
    }

    /** Stops writing, once what is under way is answered or, after a crash, was looked at; or continues. */
    void pause(boolean paused) {
        isPaused = paused;
    }

    /** Whether a pause has begun: then {@link #acknowledged} may be looked at. */
    boolean isResting() {
        return isResting;
    }

    /** From now on at most this many operations a second. */
    void perSecond(int operations) {
        perSecond = operations;
    }

    /** Continues at another node, which has what this one had; during a pause. */
    void moveTo(NodeProcess other) throws IOException {
        node = other;
        client.close();
    }

    void stop() {
        isStopping = true;
    }

    /** The keys of this client and what they hold. Once the thread has ended, or rests. */
    Map<String, byte[]> acknowledged() {
        return acknowledged;
    }

    String tag() {
        return generator.tag();
    }

    @Override
    public void run() {
        try {
            client = node.connect();
            while (!isStopping) {
                try {
                    writeUntilStopped();
                } catch (IOException e) {
                    reconnect();
                }
            }
            client.close();
        } catch (Throwable e) {
            failure = e;
        }
    }

    private void writeUntilStopped() throws IOException {
        long due = System.nanoTime();
        while (!isStopping) {
            rest();
            for (int i = 0; i < PIPELINE; i++) {
                Operation next = generator.next();
                underWay.add(next);
                next.send(client);
            }
            client.flush();
            while (!underWay.isEmpty()) {
                underWay.peek().check(client);
                underWay.remove().applyTo(acknowledged);
                count++;
            }
            long now = System.nanoTime();
            due = Math.max(now - MAX_BEHIND_NANOS, due + PIPELINE * TimeUnit.SECONDS.toNanos(1) / perSecond);
            LockSupport.parkNanos(due - now);
        }
    }

    private void rest() {
        while (isPaused && !isStopping) {
            isResting = true;
            LockSupport.parkNanos(REST_NANOS);
        }
        isResting = false;
    }

    private void reconnect() {
        Await.until("the node that the load writes to", COMES_BACK, () -> {
            client.close();
            client = node.connect();
            return "PONG".equals(client.text("PING")) && reconcile();
        });
        crashes++;
    }

    /** Finds how many of the operations under way were done; always true. */
    private boolean reconcile() throws IOException {
        Set<String> touched = new LinkedHashSet<>();
        underWay.forEach(operation -> touched.addAll(operation.changes().keySet()));
        Map<String, byte[]> actual = new HashMap<>();
        for (String key : touched) {
            actual.put(key, ValueImage.of(client, key));
        }
        List<Operation> done = new ArrayList<>();
        while (!isSame(actual)) {
            if (underWay.isEmpty()) {
                throw new AssertionError("what was acknowledged is lost, or half of what was not is there: "
                        + differences(actual) + " after " + done);
            }
            Operation next = underWay.remove();
            next.applyTo(acknowledged);
            done.add(next);
        }
        underWay.clear();
        generator.restart(acknowledged);
        return true;
    }

    private boolean isSame(Map<String, byte[]> actual) {
        return actual.entrySet().stream()
                .allMatch(entry -> Arrays.equals(acknowledged.get(entry.getKey()), entry.getValue()));
    }

    private List<String> differences(Map<String, byte[]> actual) {
        return actual.entrySet().stream()
                .filter(entry -> !Arrays.equals(acknowledged.get(entry.getKey()), entry.getValue()))
                .map(entry -> entry.getKey() + " is " + Operation.show(entry.getValue()) + " and not "
                        + Operation.show(acknowledged.get(entry.getKey())))
                .toList();
    }
}
