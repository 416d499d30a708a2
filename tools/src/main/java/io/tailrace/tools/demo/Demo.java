package io.tailrace.tools.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What {@code tailrace demo} does: a primary and a replica as real processes, writes, kill -9 of either under load, and
 * after each a comparison of the two. Prints each step as it is seen. One thread; {@link #close} is safe from a hook.
 */
public final class Demo implements AutoCloseable {
    private static final Duration CATCH_UP = Duration.ofSeconds(30);
    private static final int FAST = 10_000_000;
    private static final String HEAP = "-Xms64m -Xmx192m";

    private final PrintWriter out;
    private final int writes;
    private final TemporaryDirectory directory;
    private final DemoNode primary;
    private final DemoNode replica;
    private int step;
    private int acknowledged;

    /**
     * Prepares the nodes' places.
     *
     * @param writes how many there are before the first kill, about; more follow, and room is made for twenty times as many
     */
    public Demo(PrintWriter out, int writes) throws IOException {
        this.out = out;
        this.writes = writes;
        directory = new TemporaryDirectory("tailrace-demo-");
        List<String> flags = List.of(
                "--max-entries", Long.toString(20L * writes), "--avg-value-size", "64", "--segment-size", "8mb");
        NodeProcess first = new NodeProcess(directory.path().resolve("primary"), FreePorts.find(1), flags);
        List<String> replicaFlags = new ArrayList<>(flags);
        replicaFlags.addAll(List.of("--replicaof", first.address()));
        NodeProcess second = new NodeProcess(directory.path().resolve("replica"), FreePorts.find(1), replicaFlags);
        primary = new DemoNode("primary", first.javaOptions(HEAP));
        replica = new DemoNode("replica", second.javaOptions(HEAP));
    }

    /**
     * Runs all steps.
     *
     * @throws DemoException when anything was not as it must be
     * @throws AwaitException when something did not happen in time
     */
    public void run() throws IOException, DemoException {
        start();
        writeAndCompare();
        killTheReplica();
        killThePrimary();
        say("all as it must be: nothing acknowledged was lost, nothing was copied twice");
    }

    private void start() throws IOException {
        step(
                "a primary on port %d and its replica on port %d, in %s",
                primary.process().port(), replica.process().port(), directory.path());
        long begin = System.nanoTime();
        primary.process().start();
        replica.process().start();
        primary.process().awaitReady(CATCH_UP);
        replica.process().awaitReady(CATCH_UP);
        Await.until("the replica's link", CATCH_UP, () -> replica.status().isUp());
        say("both are up and linked after %s", since(begin));
    }

    private void writeAndCompare() throws IOException, DemoException {
        step(
                "writes: strings, hashes, lists, sets, sorted sets and streams in turn, %d bytes and more each,"
                        + " in pipelines of %d",
                DemoWriter.VALUE_BYTES, DemoWriter.PIPELINE);
        try (DemoWriter writer = new DemoWriter(primary.process(), acknowledged, FAST)) {
            writer.awaitMore(writes);
            long lag = replica.status().lagMicros();
            finish(writer);
            say(
                    "%,d acknowledged, %,d a second; meanwhile the replica was %.1f ms behind",
                    acknowledged, writer.writesPerSecond(), lag / 1e3);
        }
        compare(0, 0);
    }

    private void killTheReplica() throws IOException, DemoException {
        step(
                "kill -9 of the replica, pid %d, while the primary is written to",
                replica.process().pid());
        try (DemoWriter writer = new DemoWriter(primary.process(), acknowledged, writes / 4)) {
            writer.awaitMore(writes / 10);
            String position = replica.status().positions();
            replica.process().kill();
            say("killed at or after %s", position);
            writer.awaitMore(writes / 4);
            say("%,d writes later it starts again", writes / 4);
            restart(replica);
            writer.awaitMore(writes / 10);
            finish(writer);
        }
        compare(1, 0);
    }

    private void killThePrimary() throws IOException, DemoException {
        step(
                "kill -9 of the primary, pid %d, while it is written to",
                primary.process().pid());
        try (DemoWriter writer = new DemoWriter(primary.process(), acknowledged, FAST)) {
            writer.awaitMore(writes / 2);
            primary.process().kill();
            writer.stop();
            acknowledged = writer.acknowledged();
        }
        say("%,d writes were acknowledged before", acknowledged);
        restart(primary);
        Await.until("the replica's link", CATCH_UP, () -> replica.status().isUp());
        requireAcknowledged();
        say("every acknowledged write is there");
        try (DemoWriter writer = new DemoWriter(primary.process(), acknowledged, FAST)) {
            writer.awaitMore(writes / 4);
            finish(writer);
        }
        compare(1, 1);
    }

    private void restart(DemoNode node) throws IOException {
        long begin = System.nanoTime();
        node.process().startAndAwait();
        say(
                "the %s answers again %s after its start, at %s",
                node.name(), since(begin), node.status().positions());
    }

    private void finish(DemoWriter writer) throws IOException {
        IOException ending = writer.stop();
        if (ending != null) {
            throw ending;
        }
        acknowledged = writer.acknowledged();
    }

    private void requireAcknowledged() throws IOException, DemoException {
        try (RespClient client = primary.process().connect()) {
            for (int from = 0; from < acknowledged; from += DemoWriter.PIPELINE) {
                List<Object> request = new ArrayList<>(List.of("EXISTS"));
                for (int i = from; i < Math.min(from + DemoWriter.PIPELINE, acknowledged); i++) {
                    request.add(DemoWriter.key(i));
                }
                long found = client.number(request.toArray());
                require(found == request.size() - 1, "acknowledged writes are missing after " + DemoWriter.key(from));
            }
        }
    }

    /** Waits until the replica has all, and compares; how often the two have attached since each one's start is known. */
    private void compare(int replicaStarts, int primaryStarts) throws IOException, DemoException {
        long begin = System.nanoTime();
        Await.until("the replica to catch up", CATCH_UP, () -> replica.status()
                .positions()
                .equals(primary.status().positions()));
        ReplicationInfo ours = primary.status();
        ReplicationInfo theirs = replica.status();
        say("caught up %s after the last write, both at %s", since(begin), theirs.positions());
        say("offsets %,d and %,d", ours.offset(), theirs.offset());
        require(ours.offset() == theirs.offset(), "the offsets differ");
        say(
                "full syncs %d and %d, partial syncs %d and %d (each since its start)",
                ours.fullSyncs(), theirs.fullSyncs(), ours.partialSyncs(), theirs.partialSyncs());
        require(ours.fullSyncs() == 0 && theirs.fullSyncs() == 0, "data was copied that was there already");
        require(ours.partialSyncs() >= 1 + replicaStarts * (1 - primaryStarts), "the primary saw no resumption");
        require(theirs.partialSyncs() >= 1 + primaryStarts, "the replica saw no resumption");
        KeyspaceDigest first = primary.digest();
        KeyspaceDigest second = replica.digest();
        say("primary: %s", first);
        say("replica: %s", second);
        require(first.equals(second), "the contents differ");
        require(first.keys() >= acknowledged, "acknowledged writes are missing");
    }

    private void require(boolean holds, String otherwise) throws DemoException {
        if (!holds) {
            throw new DemoException(otherwise);
        }
    }

    private static String since(long beginNanos) {
        return String.format(Locale.ROOT, "%.2f s", (System.nanoTime() - beginNanos) / 1e9);
    }

    private void step(String format, Object... arguments) {
        out.printf(
                Locale.ROOT,
                "%n%d. " + format + "%n",
                Stream.concat(Stream.of(++step), Stream.of(arguments)).toArray());
        out.flush();
    }

    private void say(String format, Object... arguments) {
        out.printf(Locale.ROOT, "   " + format + "%n", arguments);
        out.flush();
    }

    /** Kills both nodes and removes their directories; again is harmless. */
    @Override
    public synchronized void close() {
        primary.close();
        replica.close();
        try {
            directory.close();
        } catch (IOException e) {
            out.println("can't remove " + directory.path() + ": " + e.getMessage());
        }
    }
}
