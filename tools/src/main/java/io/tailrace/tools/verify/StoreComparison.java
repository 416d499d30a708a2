package io.tailrace.tools.verify;

import io.tailrace.tools.output.Progress;
import io.tailrace.tools.verify.NodeDigests.Keys;
import io.tailrace.tools.verify.NodeDigests.Name;
import io.tailrace.tools.verify.NodeDigests.Part;
import io.tailrace.tools.verify.NodeDigests.Position;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares what a shard holds on each node, part by part: the sums first, which are the same for most, and then the keys of those that
 * are not, again and again until each is the same, or different beyond doubt, or has changed too often. One thread.
 */
final class StoreComparison {
    /** What is asked of a node at once: little, as other clients wait for it. */
    private static final int BATCH = 4;

    private static final int KEYS_PER_PART = 128;
    private static final long BYTES_PER_PART = 128 << 10;
    private static final long MAX_PARTS = 1L << 36;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Told of each key that is not the same. */
    interface Findings {
        void different(Name key, List<Keys> seen);

        /** It changed too often to tell. */
        void unsettled(Name key);
    }

    private final List<NodeDigests> nodes;
    private final int shard;
    private final Findings findings;
    private final Progress progress;
    private long compared;

    StoreComparison(List<NodeDigests> nodes, int shard, Findings findings, Progress progress) {
        this.nodes = nodes;
        this.shard = shard;
        this.findings = findings;
        this.progress = progress;
    }

    /** Into how many parts the keys are divided, a power of two. */
    static long parts(List<Position> positions) {
        long wanted = 1;
        for (Position each : positions) {
            wanted = Math.max(wanted, each.segments());
            wanted = Math.max(wanted, each.keys() / KEYS_PER_PART);
            wanted = Math.max(wanted, each.bytes() / BYTES_PER_PART);
        }
        return wanted >= MAX_PARTS ? MAX_PARTS : Long.highestOneBit(2 * wanted - 1);
    }

    /** Compares all; returns how many keys were. */
    long compare(List<Position> positions) throws IOException {
        long keys = positions.stream().mapToLong(Position::keys).max().orElse(0);
        long parts = parts(positions);
        for (long part = 0; part < parts; ) {
            long end = Math.min(parts, part + BATCH);
            try {
                compare(part, end, parts);
                part = end;
            } catch (RefusedException e) {
                if (!e.code().equals("TOOFEWPARTS") || parts == MAX_PARTS) {
                    throw e;
                }
                // a store has grown; part p of n becomes p and p + n
                parts *= 2;
                part = 0;
                compared = 0;
            }
            progress.at("shard " + shard + ": " + compared + " of " + keys + " keys compared");
        }
        return compared;
    }

    private void compare(long from, long to, long parts) throws IOException {
        for (NodeDigests node : nodes) {
            for (long part = from; part < to; part++) {
                node.send("PART", shard, part, parts);
            }
            node.flush();
        }
        List<Part> firsts = new ArrayList<>();
        Set<Long> open = new LinkedHashSet<>();
        RefusedException refusal = null;
        for (NodeDigests node : nodes) {
            for (long part = from; part < to; part++) {
                try {
                    Part read = node.readPart();
                    int at = (int) (part - from);
                    if (firsts.size() <= at) {
                        firsts.add(read);
                    }
                    if (read.large() > 0 || !read.isSame(firsts.get(at))) {
                        open.add(part);
                    }
                } catch (RefusedException e) {
                    refusal = e;
                    firsts.add(new Part(0, 0, "", 0));
                }
            }
        }
        if (refusal != null) {
            // every reply was read
            throw refusal;
        }
        for (long part = from; part < to; part++) {
            if (open.contains(part)) {
                settle(part, parts);
            } else {
                compared += firsts.get((int) (part - from)).keys();
            }
        }
    }

    private List<Keys> ask(Object... question) throws IOException {
        List<Keys> answers = new ArrayList<>();
        RefusedException refusal = null;
        for (NodeDigests node : nodes) {
            node.send(question);
            node.flush();
        }
        for (NodeDigests node : nodes) {
            try {
                answers.add(node.readKeys());
            } catch (RefusedException e) {
                if (e.code().equals("BUSYREADING")) {
                    answers.add(null);
                } else {
                    refusal = e;
                }
            }
        }
        if (refusal != null) {
            throw refusal;
        }
        return answers;
    }

    private void settle(long part, long parts) throws IOException {
        long begin = System.nanoTime();
        List<Keys> first = ask("KEYS", shard, part, parts);
        Set<Name> open = new LinkedHashSet<>();
        first.forEach(keys -> open.addAll(keys.states().keySet()));
        long all = open.size();
        Set<Name> suspects = new HashSet<>();
        Map<Name, List<Keys>> different = new HashMap<>();
        List<Keys> seen = first;
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            look(open, seen, suspects, different);
            boolean isLate = System.nanoTime() - begin > PATIENCE_NANOS;
            if (open.isEmpty() || isLate) {
                break;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
            seen = ask("KEYS", shard, part, parts);
        }
        if (!open.isEmpty()) {
            requireProgress(first, seen);
        }
        compared += all - open.size();
        different.forEach(findings::different);
        open.forEach(findings::unsettled);
    }

    /** Takes what is settled from the open keys. What seems to be different must seem so twice. */
    private void look(Set<Name> open, List<Keys> seen, Set<Name> suspects, Map<Name, List<Keys>> different)
            throws IOException {
        for (Name name : List.copyOf(open)) {
            List<Keys> evidence = seen;
            KeyVerdict verdict = KeyVerdict.of(name, evidence);
            if (verdict == KeyVerdict.LARGE) {
                evidence = ask("KEY", shard, name.place(), name.bytes());
                verdict = KeyVerdict.of(name, evidence);
            }
            if (verdict == KeyVerdict.SAME) {
                open.remove(name);
            } else if (verdict == KeyVerdict.DIFFERENT && !suspects.add(name)) {
                open.remove(name);
                different.put(name, evidence);
            }
        }
    }

    /** A node that is behind and stands still can't be compared with the others. */
    private void requireProgress(List<Keys> before, List<Keys> after) throws IOException {
        long most = before.stream().mapToLong(Keys::index).max().orElse(0);
        for (int i = 0; i < nodes.size(); i++) {
            long now = after.get(i).index();
            if (now < most && now == before.get(i).index()) {
                throw new IOException(nodes.get(i).node() + " is at record " + QueueIndex.toString(now) + " of shard "
                        + shard + " and has not moved for " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS)
                        + " s, others are at " + QueueIndex.toString(most)
                        + ": let it replicate again (see INFO replication there), then compare");
            }
        }
    }
}
