package io.tailrace.tools.restore;

import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.repair.Resharding;
import io.tailrace.node.repair.RestoreCut;
import io.tailrace.node.repair.RestorePlan;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.repair.RestoreSource;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Makes a new data directory of another one as it was at a point. What is needed is copied first, and looked at then: the other one
 * may be that of a running node, or one that can only be read. A node starts on the new one only when it is whole, as {@code
 * node.properties} is written last. One thread.
 */
public final class Restoration {
    private final Path from;
    private final Path into;
    private final RestoreWish wish;
    private final Supplier<String> newId;
    private final PrintWriter out;
    private final Progress progress;

    /** @param newId 40 hex digits that no other node has */
    public Restoration(
            Path from, Path into, RestoreWish wish, Supplier<String> newId, PrintWriter out, Progress progress) {
        this.progress = progress;
        this.from = from;
        this.into = into;
        this.wish = wish;
        this.newId = newId;
        this.out = out;
    }

    /**
     * Makes it.
     *
     * @param snapshots by shard; of a shard that is not among them the best of its own is taken
     * @param shards how many the new one has, or null for as many as the old one
     * @return the history that the restored node begins
     */
    public String run(Map<Integer, Path> snapshots, Integer shards) throws IOException, RebuildException {
        if (Files.exists(into) && !isEmpty(into)) {
            throw new IOException(into + " exists already and is not empty");
        }
        boolean isMade = !Files.exists(into);
        Files.createDirectories(into);
        Path work = into.resolve("restoring");
        boolean isDone = false;
        try {
            String history = run(snapshots, shards, work);
            isDone = true;
            return history;
        } finally {
            delete(isDone ? work : into, isDone || isMade);
        }
    }

    private String run(Map<Integer, Path> snapshots, Integer shards, Path work) throws IOException, RebuildException {
        String history = newId.get();
        Path restored = shards == null ? into : work.resolve("restored");
        List<ShardDirectory> made = new ArrayList<>();
        List<RestoreSource> sources = new ArrayList<>();
        List<Integer> ids = OfflineDirectory.shards(from);
        for (int shard : ids) {
            progress.at("shard " + shard + ": copying the needed files");
            ShardDirectory source = ShardDirectory.current(ShardDirectory.root(from, shard));
            sources.add(RestoreSource.copied(
                    shard, source, snapshots.get(shard), pointOf(from, wish, shard), work.resolve("copied")));
        }
        progress.at("looking for where all shards are whole");
        RestoreCut cut = RestoreCut.of(sources);
        for (int i = 0; i < sources.size(); i++) {
            progress.at("shard " + ids.get(i) + ": checking it");
            RestorePlan plan =
                    RestorePlan.of(sources.get(i).directory(), sources.get(i).base(), cut.point(i));
            progress.clear();
            out.println("shard " + ids.get(i) + ": " + where(plan, cut.remark(i)));
            out.flush();
            progress.at("shard " + ids.get(i) + ": writing it");
            made.add(plan.applyInto(restored, ids.get(i)));
        }
        if (shards != null) {
            divide(made, shards, history);
        }
        OfflineDirectory.create(into, newId.get(), history);
        return history;
    }

    private void divide(List<ShardDirectory> old, int shards, String history) throws IOException, RebuildException {
        progress.at("dividing the data among " + shards + (shards == 1 ? " shard" : " shards"));
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        try (Resharding resharding = new Resharding(into, shards, history, now)) {
            resharding.run(old);
            progress.clear();
            for (int shard = 0; shard < shards; shard++) {
                out.println("shard " + shard + " of " + shards + ": " + resharding.keys(shard) + " keys");
            }
        }
    }

    /** Up to where a shard is wanted. */
    public static RestorePoint pointOf(Path directory, RestoreWish wish, int shard) throws IOException {
        boolean isOthers = wish.shard() != null && wish.shard() != shard;
        return isOthers
                ? wish.forOthers(ShardDirectory.current(ShardDirectory.root(directory, wish.shard())))
                : wish.point();
    }

    /**
     * Which record that is, in words.
     *
     * @param remark why it is not the one that was wanted, or nothing
     */
    public static String where(RestorePlan plan, String remark) {
        return "as of record " + QueueIndex.toString(plan.lastIndex()) + ", committed "
                + Instant.EPOCH.plus(plan.lastMicros(), ChronoUnit.MICROS)
                + remark;
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findFirst().isEmpty();
        }
    }

    private static void delete(Path directory, boolean isIncluded) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) tree.sorted(Comparator.reverseOrder())::iterator) {
                if (isIncluded || !path.equals(directory)) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
