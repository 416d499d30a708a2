package io.tailrace.node.handover;

import io.tailrace.node.config.HostPort;
import java.util.function.Consumer;

/** A primary and the connection to its target, as a test moves them. Notes what was asked; one test thread. */
final class FakeHost implements HandoverHost, HandoverPeer {
    final StringBuilder log = new StringBuilder();
    long nowMicros = 1_000_000;
    HandoverPeer.Listener listener;
    Consumer<long[]> quiet;
    Consumer<String> synced;
    Consumer<String> remembered;

    /** What was asked since the last call. */
    String asked() {
        String text = log.toString().trim();
        log.setLength(0);
        return text;
    }

    private void note(String what) {
        log.append(what).append("; ");
    }

    @Override
    public String nodeId() {
        return "me";
    }

    @Override
    public long nowMicros() {
        return nowMicros;
    }

    @Override
    public void pauseWrites() {
        note("pause");
    }

    @Override
    public void resumeWrites() {
        note("resume");
    }

    @Override
    public void quiesce(Consumer<long[]> lastIndexes) {
        quiet = lastIndexes;
    }

    @Override
    public void awaitReplica(String replicaId, long[] indexes, Consumer<String> problem) {
        note("await " + replicaId);
        synced = problem;
    }

    @Override
    public HandoverPeer connect(HostPort address, HandoverPeer.Listener to) {
        note("connect " + address);
        listener = to;
        return this;
    }

    @Override
    public void remember(HostPort target, String history, Consumer<String> problem) {
        note("remember " + target);
        remembered = problem;
    }

    @Override
    public void forget() {
        note("forget");
    }

    @Override
    public void stepDown(HostPort target) {
        note("step down");
    }

    @Override
    public void stepUp() {
        note("step up");
    }

    @Override
    public void follow(HostPort target) {
        note("follow " + target);
    }

    @Override
    public void followInDoubt(HostPort target) {
        note("follow in doubt");
    }

    @Override
    public void settle() {
        note("settle");
    }

    @Override
    public void revert() {
        note("revert");
    }

    @Override
    public void send(String... request) {
        note("send " + String.join(" ", request));
    }

    @Override
    public void close() {
        note("close");
    }
}
