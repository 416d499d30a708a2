package io.tailrace.node.rewind;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.platform.Background.Task;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.platform.StateMachine;
import io.tailrace.node.rewind.Divergence.Tail;
import io.tailrace.node.shard.EffectApplier;
import io.tailrace.node.shard.Generation;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardData;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data of a shard without its records after {@code shared}, built as a new generation beside the one that is served and
 * that nothing writes meanwhile. Created, polled and closed by the shard's reactor thread.
 *
 * <pre>
 *  phase      who works    what                                                              next
 *  PREPARING  background   saves the tail, and notes the keys that it touched
 *             both         build the log and the store without those ({@link SharedPart})           FETCHING, or SAVED
 *  FETCHING   reactor      puts the primary's entries of the touched keys into the new store FINISHING
 *  FINISHING  background   adds those to the snapshot, makes all durable                     REDOING
 *  REDOING    reactor      appends and redoes records; once it is whole, it is committed     READY
 *             background   forces the log and makes the generation current on the disk
 *  READY      reactor      lets it take over
 *  SAVED      -            there is nothing to build on: the tail is saved, a full copy has to follow
 *  FAILED     -            {@link #failure}
 * </pre>
 *
 * <p>It is whole when it has every record that the primary had when it said where the logs part, and every record that an
 * entry which was fetched may contain.
 */
public final class Rewind {
    private static final Logger LOG = LoggerFactory.getLogger(Rewind.class);

    private final Shard shard;
    private final HistoryPosition shared;
    private final HistoryPosition whole;
    private final Executor reactor;
    private final StateMachine<RewindPhase> machine;
    private final Divergence divergence;
    private final Generation generation;
    private final EffectApplier applier;
    private final SharedPart part;
    private EntryFetch fetch;
    private Task task;
    /** Why a record is in the new log and not in the new store, or null. */
    private String halfTaken;

    private boolean isBusy;
    private boolean isClosed;
    private boolean needsCopy;
    private volatile boolean isTailSaved;
    private volatile boolean isFinished;
    private volatile boolean isCancelled;
    private volatile String failure;

    /**
     * Begins.
     *
     * @param shared the last record both have, which the shard's log has with this chain
     * @param whole where the primary's log ends
     * @param reactor runs a task on the reactor's thread; any thread calls it, also to have {@link #poll} called soon
     */
    public Rewind(Shard shard, HistoryPosition shared, HistoryPosition whole, Executor reactor) throws IOException {
        this.shard = shard;
        applier = EffectApplier.forFilling(shard.settings());
        this.shared = shared;
        this.whole = whole;
        this.reactor = reactor;
        machine = new StateMachine<>("rewind-" + shard.id(), RewindPhase.PREPARING);
        divergence = new Divergence(shard, Tail.after(shared.index(), shared.chain()), true);
        Generation begun = null;
        try {
            begun = Generation.begin(shard.directory());
            part = new SharedPart(shard, begun, shared, divergence, this::wake);
        } catch (IOException | RuntimeException | Error e) {
            divergence.close();
            if (begun != null) {
                begun.abandon();
            }
            throw e;
        }
        generation = begun;
        task = shard.settings().background().start("rewind-" + shard.id(), this::saveTail);
    }

    private void wake() {
        reactor.execute(() -> {});
    }

    private long saveTail() {
        try {
            if (isCancelled) {
                return Work.OVER;
            }
            if (!divergence.step()) {
                return Work.MORE;
            }
            if (!divergence.isEverything()) {
                part.makeStore();
            }
            isTailSaved = true;
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
        wake();
        return Work.OVER;
    }

    private void fail(Throwable e) {
        LOG.error(
                "shard={}: the rewind to {} failed: {}",
                shard.id(),
                QueueIndex.toString(shared.index()),
                FileFailure.of(e));
        failure = FileFailure.of(e);
    }

    /** Moves it along; returns where it is then. */
    public RewindPhase poll() throws IOException {
        if (failure() != null && !machine.is(RewindPhase.FAILED)) {
            generation.requireDecided(shard);
            machine.to(RewindPhase.FAILED, failure());
        }
        switch (machine.state()) {
            case PREPARING:
                pollPreparing();
                break;
            case FINISHING:
                if (isFinished) {
                    machine.to(RewindPhase.REDOING, "the entries are on the disk");
                }
                break;
            case REDOING:
                pollRedoing();
                break;
            default:
        }
        return machine.state();
    }

    private void pollPreparing() throws IOException {
        isBusy = part.copyLog();
        if (!isTailSaved) {
            return;
        }
        if (divergence.isEverything()) {
            machine.to(RewindPhase.SAVED, "every key was touched");
        } else if (part.poll()) {
            fetch = new EntryFetch(
                    divergence.keys(),
                    divergence.members(),
                    part.store(),
                    shared.index(),
                    shared.chain(),
                    shard.backlog().segments().recordCount(shared.index()));
            machine.to(RewindPhase.FETCHING, "log and store are copied");
        }
    }

    /** Whether the poller should come back without being woken. */
    public boolean isBusy() {
        return machine.is(RewindPhase.PREPARING) && isBusy;
    }

    /** FETCHING: whether the primary has not answered yet. */
    public boolean isAsking() {
        return fetch.isAsking();
    }

    /** FETCHING: asks the primary for the next part; false when there is none. */
    public boolean ask(FrameWriter out) {
        return fetch.ask(out);
    }

    /** Takes a frame of the primary's answer; returns null, or why it is malformed here. */
    public String onFrame(FrameDecoder frame) throws IOException {
        return machine.is(RewindPhase.FETCHING)
                ? fetch.onFrame(frame)
                : "a frame " + FrameLayout.typeName(frame.type()) + " that was not asked for";
    }

    /** FETCHING: all entries are there. */
    public void finish() {
        machine.to(RewindPhase.FINISHING, "every entry is there");
        task = shard.settings().background().run("rewind-" + shard.id(), this::makeDurable);
    }

    private void makeDurable() {
        try {
            shard.backlog().sync().upTo(shared.index());
            generation.data().backlog().sync().upTo(shared.index());
            part.store().finish(fetch.endIndex(), fetch.endChain(), fetch.endRecordCount());
            isFinished = true;
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
        wake();
    }

    /** REDOING, and READY until it takes over: takes a record after the shared one; returns null or why it can't be taken. */
    public String redo(long index, RecordView record) {
        needsCopy |= index <= fetch.endIndex() && divergence.isMovedBy(record);
        if (needsCopy) {
            return null;
        }
        String problem = generation.data().takeAndRedo(applier, index, record);
        boolean isLogged = data().backlog().lastIndex() == index;
        halfTaken = problem != null && isLogged ? problem : halfTaken;
        return problem;
    }

    private void pollRedoing() {
        if (needsCopy) {
            machine.to(RewindPhase.SAVED, "a collection that was fetched as it is now was another key's before");
            return;
        }
        Backlog redone = generation.data().backlog();
        if (generation.isCommitted()) {
            machine.to(RewindPhase.READY, "it is whole and durable");
        } else if (!generation.isCommitting() && redone.lastIndex() >= Math.max(fetch.endIndex(), whole.index())) {
            String lack = generation.data().lacks(whole);
            if (lack == null) {
                long last = redone.lastIndex();
                generation.commitSoon(shard, () -> redone.sync().upTo(last), this::wake);
            } else {
                failure = lack;
            }
        }
    }

    /** READY: puts the new data in the place of the old, which is closed and deleted in the background. */
    public void takeOver() {
        generation.activate(shard);
        isClosed = true;
        closeParts();
    }

    /** The phases it went through, for tests. */
    StateMachine<RewindPhase> machine() {
        return machine;
    }

    public ShardData data() {
        return generation.data();
    }

    /** Why it can't be completed, or null. */
    public String failure() {
        String first = failure == null ? part.failure() : failure;
        return first == null ? generation.failure() : first;
    }

    /** Writes that are rolled back. */
    public long lostWrites() {
        return divergence.records();
    }

    /** Keys whose entries the primary is asked for. */
    public int touchedKeys() {
        return divergence.keys().count();
    }

    /** Where the writes that are rolled back are saved, or null when there were none. */
    public Path savedAs() {
        return divergence.savedAs();
    }

    /**
     * Gives it up, unless it has taken over; the old data stays. Where it is just being made current it takes over, after the
     * disk was waited for.
     *
     * @return whether it has taken over by this
     */
    public boolean close() {
        if (isClosed) {
            return false;
        }
        isClosed = true;
        isCancelled = true;
        if (generation.settle(shard, () -> halfTaken)) {
            closeParts();
            return true;
        }
        part.cancel();
        task = shard.settings().background().run("rewind-end-" + shard.id(), new End(task)::run);
        return false;
    }

    /** What is left to do when it was given up: nothing of it may be freed while a thread uses it. */
    private final class End {
        private final Task before;

        End(Task before) {
            this.before = before;
        }

        void run() {
            before.await();
            part.await();
            reactor.execute(part::endWalk);
            closeParts();
            generation.abandon();
        }
    }

    private void closeParts() {
        if (fetch != null) {
            fetch.close();
        }
        part.close();
        divergence.close();
    }

    /** After {@link #close} or {@link #takeOver}: whether nothing of it is under way any more. */
    public boolean hasEnded() {
        return isClosed && task.isOver() && !part.isWalking() && generation.hasCleaned();
    }

    /** After {@link #close} or {@link #takeOver}, at a stop of the node: waits until nothing of it is under way. */
    public void await() {
        task.await();
        part.endWalk();
        generation.await();
    }
}
