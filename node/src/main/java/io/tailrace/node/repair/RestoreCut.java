package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.ShardIndexes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the shards of a node are restored to, so that every transaction over several of them is there whole or not at all. Looking
 * changes nothing. Used by one thread.
 *
 * <pre>
 *  wanted                             taken
 *  a time, an index, the last record  the greatest closed cut at or before it; where that is before the end of a shard's newest
 *                                     snapshot, an older one is begun with
 *  the end of each named snapshot     the least closed cut at or after them, as a snapshot does not tell what was before its end
 * </pre>
 */
public final class RestoreCut {
    private static final int LOOKS = 5;

    private final List<RestoreSource> sources;
    private final List<ShardParts> parts = new ArrayList<>();
    private final long[] ends;
    private final boolean[] isDamaged;
    private final long[] cut;
    private final String[] reasons;

    private RestoreCut(List<RestoreSource> sources) throws IOException {
        this.sources = sources;
        int count = sources.size();
        ends = new long[count];
        isDamaged = new boolean[count];
        reasons = new String[count];
        cut = new long[count];
        if (count < 2) {
            return;
        }
        for (int shard = 0; shard < count; shard++) {
            look(shard);
        }
        if (sources.get(0).wanted().isSnapshotEnd()) {
            rise();
        } else {
            fall();
        }
    }

    /** @param sources of all shards of the node, in their order */
    public static RestoreCut of(List<RestoreSource> sources) throws IOException {
        return new RestoreCut(sources);
    }

    private void look(int shard) throws IOException {
        RestoreSource source = sources.get(shard);
        RestorePoint wanted = source.wanted();
        LogCheck check = checked(source, wanted.isSnapshotEnd() ? RestorePoint.logEnd() : wanted);
        check.forEachOpening((opening, index) -> requireShard(source, shard, opening.shard(), opening.shardCount()));
        ends[shard] = check.lastIndex();
        isDamaged[shard] = check.fault() != null;
        parts.add(ShardParts.read(shard, source.directory().queue(), begin(source.base()), check.lastIndex()));
    }

    /** The end of a log that a node writes may look like damage for a moment. */
    private static LogCheck checked(RestoreSource source, RestorePoint point) throws IOException {
        LogCheck check = LogCheck.of(source.directory().queue(), begin(source.base()), point.limit());
        for (int i = 0; i < LOOKS && check.fault() != null; i++) {
            LogCheck again = LogCheck.of(source.directory().queue(), begin(source.base()), point.limit());
            if (check.fault().equals(again.fault())) {
                return again;
            }
            check = again;
        }
        return check;
    }

    private void requireShard(RestoreSource source, int shard, int is, int count) {
        if (is != shard || count != sources.size()) {
            throw new UncheckedIOException(
                    new IOException("the log in " + source.directory().queue() + " is of shard "
                            + is + " of " + count + ", but is read as shard " + shard + " of " + sources.size()
                            + ": all shards of the node are needed, each under its own name"));
        }
    }

    private static long begin(Path base) throws IOException {
        if (base == null) {
            return 0;
        }
        SnapshotHeader header = SnapshotReader.readHeader(base);
        return Math.min(header.beginIndex(), Math.max(0, endOf(base)));
    }

    private static long endOf(Path base) throws IOException {
        return SnapshotReader.readTrailer(base).endIndex();
    }

    private void fall() throws IOException {
        for (int shard = take(); shard >= 0; shard = take()) {
            RestoreSource source = sources.get(shard);
            try {
                source.goBack(cut[shard]);
            } catch (IOException e) {
                throw new IOException("shard " + shard + " can't be restored with the others: " + reasons[shard] + "; "
                        + e.getMessage());
            }
            parts.set(shard, ShardParts.read(shard, source.directory().queue(), begin(source.base()), ends[shard]));
        }
    }

    /** @return a shard that is cut before the end of the snapshot it begins with, or -1 */
    private int take() throws IOException {
        ClosedCut closed = new ClosedCut(parts, ends);
        int before = -1;
        for (int shard = 0; shard < cut.length; shard++) {
            cut[shard] = closed.upTo(shard);
            reasons[shard] = closed.reason(shard);
            Path base = sources.get(shard).base();
            boolean isBefore = reasons[shard] != null && base != null && cut[shard] < endOf(base);
            before = isBefore ? shard : before;
        }
        return before;
    }

    private void rise() throws IOException {
        for (int shard = 0; shard < cut.length; shard++) {
            cut[shard] = endOf(sources.get(shard).base());
        }
        boolean hasMoved = true;
        while (hasMoved) {
            hasMoved = false;
            for (int shard = 0; shard < cut.length; shard++) {
                for (ShardParts.Naming naming : parts.get(shard).upTo(cut[shard])) {
                    hasMoved |= rise(shard, naming, naming.parts());
                    hasMoved |= rise(shard, naming, naming.needs());
                }
            }
        }
    }

    private boolean rise(int by, ShardParts.Naming naming, ShardIndexes named) throws IOException {
        boolean hasMoved = false;
        for (int i = 0; i < named.count(); i++) {
            int shard = named.shard(i);
            if (named.index(i) <= cut[shard]) {
                continue;
            }
            String what = "record " + QueueIndex.toString(naming.index()) + " of shard " + by + " needs record "
                    + QueueIndex.toString(named.index(i)) + " of shard " + shard;
            if (named.index(i) > ends[shard]) {
                throw new IOException("the snapshots can't be restored together: " + what + ", and its log in "
                        + sources.get(shard).directory().queue() + " ends at " + QueueIndex.toString(ends[shard]));
            }
            cut[shard] = named.index(i);
            reasons[shard] = what;
            hasMoved = true;
        }
        return hasMoved;
    }

    /** Up to where the shard is restored: what was wanted, where that is damaged or there is no other shard. */
    public RestorePoint point(int shard) {
        boolean isAsWanted = cut.length == 1 || isDamaged[shard] && reasons[shard] == null;
        return isAsWanted ? sources.get(shard).wanted() : RestorePoint.index(cut[shard]);
    }

    /** Why that is another record than the one that was wanted, for a message; null where it is not. */
    public String reason(int shard) {
        return reasons[shard];
    }

    /** The same as the end of a sentence; empty where it is what was wanted. */
    public String remark(int shard) {
        return reasons[shard] == null ? "" : ", so that transactions over several shards are whole: " + reasons[shard];
    }
}
