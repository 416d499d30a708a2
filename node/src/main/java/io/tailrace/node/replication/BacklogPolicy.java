package io.tailrace.node.replication;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.Retention;
import io.tailrace.node.config.DiskPressure;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.feed.FeedHolds;
import io.tailrace.node.feed.FeedPlace;
import io.tailrace.node.replication.ReconnectSlots.Slot;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.shard.LogHolders;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.record.QueueIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For how long a shard's log is kept for its replicas, and what gives way when the disk has no room for it. Owned by the
 * shard's reactor thread.
 *
 * <pre>
 *  who needs the log                      until                                  when the disk has no room (drop-slots)
 *  the shard's own snapshots              the next one is complete               stays: the store is rebuilt from there
 *  a replica that is away: a slot         it is back, or the reconnect window    goes, the one furthest behind first
 *  a reader of the change feed: a slot    it is away, by the reconnect window    goes, the same
 *  a snapshot's transfer that broke off   the same                               goes, the same
 *  an attached replica                    it has confirmed the records           its connection is closed, its place lost
 *  nobody, but within backlog-size        newer records take its place           goes when the disk itself is full
 * </pre>
 *
 * <p>Who has lost its place gets a full sync when it is back. With refuse-writes nothing goes, and writes are refused until
 * there is room, which is looked for each second.
 */
final class BacklogPolicy implements LogHolders {
    private static final Logger LOG = LoggerFactory.getLogger(BacklogPolicy.class);
    private static final long NEXT_TRY_MS = 100;

    private static final long MILLIS_PER_SECOND = 1_000;

    private final Shard shard;
    private final LiveSettings settings;
    private final List<Downstream> sessions;
    private final SnapshotHolds holds;
    private final BooleanSupplier ownsLog;
    private final ReconnectSlots slots = new ReconnectSlots();
    private final SlotsFile file = new SlotsFile();
    private final WriteRate rate = new WriteRate();
    private final FeedHolds feeds;
    private boolean isRead;
    private long nextTrySteadyMs;
    private long dropped;

    /** Who needs the log, from which index on, and how that ends. */
    private record Holder(String name, long index, Runnable drop) {}

    /** @param sessions attached now; others change the list */
    BacklogPolicy(
            Shard shard,
            LiveSettings settings,
            List<Downstream> sessions,
            SnapshotHolds holds,
            BooleanSupplier ownsLog) {
        this.ownsLog = ownsLog;
        this.shard = shard;
        this.settings = settings;
        this.sessions = sessions;
        this.holds = holds;
        feeds = new FeedHolds(shard);
    }

    /** A replica is attached: it holds its place itself, which a crash of this node in the same second must not lose. */
    void attached(String replicaId) {
        slots.release(replicaId);
        writeSlots();
    }

    /** A replica is gone; its place is kept for a while. */
    void lost(Downstream session, long untilSteadyMs) {
        slots.hold(
                new Slot(session.id(), session.address(), session.clientPort(), neededAgain(session), untilSteadyMs));
        writeSlots();
    }

    private long neededAgain(Downstream session) {
        return retention().neededAgain(session.appliedIndex());
    }

    /** Places given up since the start for lack of disk. */
    long dropped() {
        return dropped;
    }

    /** Log bytes a second, lately. */
    long bytesPerSecond() {
        return (long) rate.bytesPerSecond();
    }

    @Override
    public long neededFrom() {
        readOnce();
        slots.expire(nowSteadyMs());
        long oldest = Math.min(holds.neededFrom(nowSteadyMs()), feeds.neededFrom(windowMs()));
        for (Slot slot : slots.all()) {
            oldest = olderServed(oldest, slot.index());
        }
        for (Downstream session : sessions) {
            oldest = olderServed(oldest, neededAgain(session));
        }
        return oldest;
    }

    private long olderServed(long oldest, long index) {
        return index < oldest && shard.backlog().serves(index) ? index : oldest;
    }

    private long nowSteadyMs() {
        return shard.clock().steadyMs();
    }

    /** Those that were there when the node ended have had no chance to come back yet. */
    private void readOnce() {
        if (!isRead) {
            isRead = true;
            file.read(shard, nowSteadyMs() + windowMs()).forEach(slots::hold);
        }
    }

    private long windowMs() {
        return settings.current().reconnectWindow() * MILLIS_PER_SECOND;
    }

    void onSecond() {
        readOnce();
        feeds.onSecond();
        rate.note(shard.backlog().appendedBytes(), shard.clock().steadyMicros());
        if (retention().pressure() != null) {
            letGo();
            shard.log().trim();
            replaceSnapshotInTheWay();
        }
        writeSlots();
    }

    /** When it is the newest snapshot that needs the oldest segment, a newer one is written. */
    private void replaceSnapshotInTheWay() {
        boolean hasPressure = retention().pressure() != null && !retention().isDiskFull();
        if (hasPressure && isNeededByShard() && shard.snapshots().job() == null) {
            shard.snapshots().begin(ownsLog.getAsBoolean());
        }
    }

    private boolean isNeededByShard() {
        return QueueIndex.segment(shard.snapshots().neededFrom())
                <= QueueIndex.segment(shard.backlog().firstIndex());
    }

    /** The index is that of the segment, so that the text changes with the segments and not with every record. */
    void writeSlots() {
        if (!isRead) {
            return;
        }
        StringBuilder text = new StringBuilder();
        sessions.stream()
                .filter(session -> session.appliedIndex() != QueueIndex.NONE)
                .forEach(session -> text.append(SlotsFile.line(
                        segmentOf(neededAgain(session)), session.address(), session.clientPort(), session.id())));
        slots.all()
                .forEach(slot ->
                        text.append(SlotsFile.line(segmentOf(slot.index()), slot.address(), slot.port(), slot.id())));
        file.write(shard, text.toString());
    }

    private static long segmentOf(long index) {
        return QueueIndex.of(QueueIndex.segment(index), 0);
    }

    private Retention retention() {
        return shard.backlog().retention();
    }

    @Override
    public void letGo() {
        if (nowSteadyMs() < nextTrySteadyMs) {
            return;
        }
        shard.log().trim();
        boolean isRelieved = retention().pressure() == null;
        if (!isRelieved && settings.current().onDiskPressure() == DiskPressure.DROP_SLOTS) {
            isRelieved = dropSlots(retention());
        }
        if (!isRelieved) {
            nextTrySteadyMs = nowSteadyMs() + NEXT_TRY_MS;
        }
    }

    private boolean dropSlots(Retention retention) {
        boolean isRelieved = relieve(retention);
        for (Holder holder = oldestToDrop(); !isRelieved && holder != null; holder = oldestToDrop()) {
            LOG.warn(
                    "shard={}: the log is no longer retained for {}, which needs it from {}: {}",
                    shard.id(),
                    holder.name(),
                    QueueIndex.toString(holder.index()),
                    retention.pressure());
            holder.drop().run();
            dropped++;
            isRelieved = relieve(retention);
        }
        return isRelieved;
    }

    private boolean relieve(Retention retention) {
        shard.log().trim();
        return retention.isDiskFull() ? shard.log().shorten() : retention.pressure() == null;
    }

    /** Who keeps the oldest segment, when it would go otherwise; null when it is needed by the shard itself or by none. */
    private Holder oldestToDrop() {
        Backlog backlog = shard.backlog();
        int first = QueueIndex.segment(backlog.firstIndex());
        if (isNeededByShard()) {
            return null;
        }
        return holders().stream()
                .filter(holder -> backlog.contains(holder.index()) && QueueIndex.segment(holder.index()) <= first)
                .findFirst()
                .orElse(null);
    }

    /** Those that are away first. */
    private List<Holder> holders() {
        List<Holder> all = new ArrayList<>();
        slots.all()
                .forEach(slot -> all.add(new Holder(
                        "replica " + slot.id() + ", which is away", slot.index(), () -> slots.release(slot.id()))));
        holds.forEachAway((id, index) -> all.add(
                new Holder("the full sync of replica " + id + ", which is away", index, () -> holds.release(id))));
        feeds.forEachHeld(
                windowMs(),
                (name, index) ->
                        all.add(new Holder("reader " + name + " of the change feed", index, () -> feeds.drop(name))));
        sessions.forEach(session -> all.add(
                new Holder("replica " + session.id() + ", which is slow", session.neededFrom(), () -> drop(session))));
        return all;
    }

    private void drop(Downstream session) {
        session.close("the log is no longer retained for it: " + retention().pressure());
        slots.release(session.id());
        holds.release(session.id());
    }

    @Override
    public String cause() {
        Holder holder = oldestToDrop();
        if (holder != null) {
            return "; " + holder.name() + ", needs it from " + QueueIndex.toString(holder.index())
                    + " (on-disk-pressure " + settings.current().text(Setting.ON_DISK_PRESSURE) + ")";
        }
        return isNeededByShard()
                ? "; the store would be rebuilt from "
                        + QueueIndex.toString(shard.snapshots().neededFrom())
                : "";
    }

    /** Every replica that is attached or away. */
    List<ReplicaPlace> places() {
        slots.expire(nowSteadyMs());
        List<ReplicaPlace> places = new ArrayList<>();
        for (Downstream session : sessions) {
            if (session.isAttached()) {
                places.add(session.place(secondsToFullSync(session.appliedIndex(), windowMs())));
            }
        }
        for (Slot slot : slots.all()) {
            long leftMs = slot.untilSteadyMs() - nowSteadyMs();
            places.add(ReplicaPlace.away(
                    slot.id(),
                    slot.address(),
                    slot.port(),
                    slot.index(),
                    leftMs / MILLIS_PER_SECOND,
                    secondsToFullSync(slot.index(), leftMs)));
        }
        return places;
    }

    /** Every reader of the change feed that has a slot. */
    List<FeedPlace> feeds() {
        return feeds.places(windowMs());
    }

    /**
     * For how long a replica that needs the log from {@code index} may stay away, if as much is written as lately: until the
     * budget is used up, or for as long as its place is held, whichever is longer.
     *
     * @return at least; -1 forever
     */
    private long secondsToFullSync(long index, long heldMs) {
        if (!shard.backlog().contains(index)) {
            return 0;
        }
        NodeConfig config = settings.current();
        long heldSeconds = heldMs / MILLIS_PER_SECOND;
        if (config.onDiskPressure() == DiskPressure.DROP_SLOTS) {
            long toLimit = seconds(retention().roomToLimit());
            heldSeconds = toLimit < 0 ? heldSeconds : Math.min(heldSeconds, toLimit);
        }
        long toBudget =
                seconds(retention().budgetBytes() - shard.backlog().segments().bytesFrom(index));
        return toBudget < 0 ? -1 : Math.max(toBudget, heldSeconds);
    }

    /** How long it takes to write this many bytes; -1 forever. */
    private long seconds(long bytes) {
        if (bytes <= 0) {
            return 0;
        }
        double perSecond = rate.bytesPerSecond();
        return perSecond == 0 || bytes == Long.MAX_VALUE ? -1 : (long) (bytes / perSecond);
    }
}
