package io.tailrace.tools.info;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.backlog.SegmentPage;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.tools.dump.DumpException;
import io.tailrace.tools.dump.LogLocation;
import io.tailrace.tools.history.Lineage;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What there is of one shard, read from outside while a node may run there.
 *
 * @param generation the current directory, or null
 * @param lineage its histories and how far its log reaches, or null where that can't be read
 * @param kept what a rewind, a repair or a cut has put aside for the operator
 * @param problem what is in the way of knowing more, or null
 */
record ShardFacts(
        int shard,
        ShardDirectory generation,
        Lineage lineage,
        List<Segment> segments,
        List<SnapshotFile> snapshots,
        List<Path> kept,
        String problem) {

    /** One segment's file. */
    record Segment(Path file, SegmentRecord opening, long index, long openedMicros, long bytes) {}

    static ShardFacts of(Path dataDirectory, int shard) {
        Path root = ShardDirectory.root(dataDirectory, shard);
        ShardDirectory generation = null;
        Lineage lineage = null;
        List<Segment> segments = List.of();
        List<SnapshotFile> snapshots = List.of();
        String problem = null;
        try {
            generation = ShardDirectory.current(root);
            snapshots = new SnapshotFiles(generation.snapshots()).newestFirst();
            segments = segments(generation.queue());
            lineage = segments.isEmpty() ? null : Lineage.read(location(root));
        } catch (IOException | BacklogException | DumpException e) {
            problem = FileFailure.of(e);
            lineage = segments.isEmpty() ? null : bySegments(root);
        }
        return new ShardFacts(shard, generation, lineage, segments, snapshots, kept(root), problem);
    }

    private static Lineage bySegments(Path root) {
        try {
            return Lineage.ofSegments(location(root));
        } catch (IOException | BacklogException | DumpException e) {
            // the problem is known already
            return null;
        }
    }

    private static LogLocation location(Path root) throws DumpException {
        return LogLocation.find(root, null).get(0);
    }

    private static List<Segment> segments(Path queue) throws IOException {
        List<Segment> segments = new ArrayList<>();
        try (BacklogInspector log = new BacklogInspector(queue)) {
            for (int segment : SegmentPage.segments(queue)) {
                log.seek(QueueIndex.of(segment, 0));
                RecordView opening = log.next();
                if (opening != null && log.isOpening()) {
                    segments.add(new Segment(
                            log.file(), log.opening(), log.index(), opening.commitMicros(), Files.size(log.file())));
                }
            }
        }
        return segments;
    }

    private static List<Path> kept(Path root) {
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(file -> file.getFileName()
                            .toString()
                            .matches("lost-writes-.*[.]resp|cut-.*|dropped-before-.*|unused-.*"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    long logBytes() {
        return segments.stream().mapToLong(Segment::bytes).sum();
    }

    /** Records of the n-th segment, as the next one counts; of the last one as the log ends. */
    long records(int n) {
        long end = n + 1 < segments.size()
                ? segments.get(n + 1).opening().recordsBefore()
                : lineage == null ? segments.get(n).opening().recordsBefore() : lineage.records();
        return end - segments.get(n).opening().recordsBefore();
    }

    /** How many records a start would redo, or -1 where that is not known. */
    long redo() {
        if (lineage == null) {
            return -1;
        }
        for (SnapshotFile snapshot : snapshots) {
            if (snapshot.isValid() && snapshot.trailer().endIndex() <= lineage.lastIndex()) {
                return lineage.records() - snapshot.header().recordsBefore();
            }
        }
        return lineage.records() - segments.get(0).opening().recordsBefore();
    }

    /** Whether the newest snapshot holds all there is, as a stop in order leaves it. */
    boolean isInOrder() {
        return lineage != null
                && !snapshots.isEmpty()
                && snapshots.get(0).isValid()
                && snapshots.get(0).trailer().endIndex() == lineage.lastIndex();
    }
}
