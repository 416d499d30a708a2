package io.tailrace.node.command;

import io.tailrace.node.services.AckServices;
import io.tailrace.node.services.HeldReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Acknowledgements as a test wants them to be. Time-outs are the test's to call. For one test thread. */
final class FakeAcks implements AckServices {
    private record Waiter(BooleanSupplier isMet, BooleanSupplier isGone, Runnable answer) {}

    final Map<String, Long> applied = new HashMap<>();
    final Map<String, Long> durable = new HashMap<>();
    long durableHere = -1;
    String asked = "";
    final List<Long> timeouts = new ArrayList<>();
    /** Oldest first; several may be of one record. */
    final ArrayDeque<Held> held = new ArrayDeque<>();

    /** One that waits for its write to be applied. */
    record Held(long index, HeldReply reply) {}

    int moreHeld;
    boolean isStopped;
    int goodReplicas;

    private final List<Waiter> waiters = new ArrayList<>();

    int poll() {
        if (isStopped || waiters.isEmpty()) {
            return 0;
        }
        List<Waiter> done = waiters.stream()
                .filter(waiter -> waiter.isMet.getAsBoolean() || waiter.isGone.getAsBoolean())
                .toList();
        waiters.removeAll(done);
        done.forEach(waiter -> waiter.answer.run());
        return done.size();
    }

    void answerAll() {
        List<Waiter> all = List.copyOf(waiters);
        waiters.clear();
        all.forEach(waiter -> waiter.answer.run());
    }

    @Override
    public int count(long index, boolean isDurable) {
        return replicas(index, isDurable).size();
    }

    @Override
    public Set<String> replicas(long index, boolean isDurable) {
        Map<String, Long> newest = isDurable ? durable : applied;
        return newest.keySet().stream().filter(id -> newest.get(id) >= index).collect(Collectors.toSet());
    }

    @Override
    public boolean isDurableHere(long index) {
        return durableHere >= index;
    }

    @Override
    public void forceHere() {
        asked += "here;";
    }

    @Override
    public void forceAtReplicas(long index) {
        asked += "replicas;";
    }

    @Override
    public int goodReplicas() {
        return goodReplicas;
    }

    @Override
    public void hold(long index, HeldReply reply) {
        held.add(new Held(index, reply));
    }

    @Override
    public int heldReplies() {
        return held.size() + moreHeld;
    }

    void releaseFirst() {
        held.remove().reply().release();
    }

    void releaseAll() {
        while (!held.isEmpty()) {
            releaseFirst();
        }
    }

    void failFirst(String error) {
        held.remove().reply().fail(error);
    }

    @Override
    public long failedReplies() {
        return 0;
    }

    @Override
    public void await(BooleanSupplier isMet, long timeoutMs, BooleanSupplier isGone, Runnable answer) {
        timeouts.add(timeoutMs);
        if (isMet.getAsBoolean()) {
            answer.run();
        } else {
            waiters.add(new Waiter(isMet, isGone, answer));
        }
    }
}
