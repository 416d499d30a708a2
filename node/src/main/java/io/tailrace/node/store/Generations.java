package io.tailrace.node.store;

import io.tailrace.node.platform.Background;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * The contents of a store, and those that it had before it was emptied for as long as they are needed. Owned and closed by the
 * shard's reactor thread.
 *
 * <pre>
 *  contents   are                                                          until
 *  now        what is read and written                                     {@link #clear}
 *  undone     what a transaction has cleared away and may bring back       {@link #commit} or {@link #bringBack}
 *  walked     what another thread walks, those of now or earlier ones      {@link #endWalk}
 *  retired    cleared away for good, while views of them are left          {@link #closeRetired}
 * </pre>
 */
final class Generations implements AutoCloseable {
    private final StoreSizing sizing;
    private final Function<StoreSizing, StoreMap> maker;
    private final Background background;
    private final List<Contents> retired = new ArrayList<>();
    private final LazyFrees frees = new LazyFrees();
    private Contents now;
    private Contents walked;
    private Contents undone;
    private StoreWalk walk;
    private Runnable wake = () -> {};
    private long limitBytes = Long.MAX_VALUE;
    private long movesBefore;

    Generations(StoreSizing sizing, StoreSizing first, Function<StoreSizing, StoreMap> maker, Background background) {
        this.sizing = sizing;
        this.maker = maker;
        this.background = background;
        use(new Contents(sizing, first, maker, background));
    }

    private void use(Contents contents) {
        now = contents;
        now.maps.wake(wake);
        now.maps.limit(limitBytes);
    }

    Contents now() {
        return now;
    }

    void wake(Runnable newWake) {
        wake = newWake;
        now.maps.wake(newWake);
    }

    void limit(long bytes) {
        limitBytes = bytes;
        now.maps.limit(bytes);
    }

    /** Begins with other contents; those of before can be brought back if {@code isUndoable}. */
    void clear(boolean isUndoable) {
        Contents old = now;
        movesBefore += old.maps.moves();
        use(new Contents(sizing, sizing, maker, background));
        if (isUndoable && undone == null) {
            undone = old;
        } else {
            retire(old);
        }
    }

    /** Whether the transaction under way has emptied the store. */
    boolean hasUndone() {
        return undone != null;
    }

    /** What was cleared away stays so. */
    void commit() {
        retire(undone);
        undone = null;
    }

    /** The contents that the transaction has cleared away are those of now again. */
    void bringBack() {
        Contents abandoned = now;
        use(undone);
        undone = null;
        retire(abandoned);
    }

    private void retire(Contents old) {
        old.maps.retire();
        old.dropped += old.totals.keys;
        frees.drop(old.totals.keys);
        // whatever it is: a walk holds views of contents that came after its own, too
        retired.add(old);
        closeRetired();
    }

    /** Frees contents that were cleared away while there were views of them, if there are none left. */
    void closeRetired() {
        if (walked != null || retired.isEmpty()) {
            return;
        }
        for (Iterator<Contents> each = retired.iterator(); each.hasNext(); ) {
            Contents old = each.next();
            if (!old.arena.hasViews()) {
                each.remove();
                background.run("store-close", () -> close(old));
            }
        }
    }

    private void close(Contents old) {
        long values = old.dropped;
        old.close();
        frees.free(values);
    }

    /** A large collection of the contents of now was dropped. */
    void drop() {
        now.dropped++;
        frees.drop(1);
    }

    /** As {@link Store#reap}. In which order it frees is not known here: what was dropped counts as freed once all of it is. */
    int reap(int least) {
        int done = now.arena.reap(least);
        if (now.dropped > 0 && now.arena.reapableBytes() == 0) {
            frees.free(now.dropped);
            now.dropped = 0;
        }
        return done;
    }

    /** What was dropped since the start. */
    LazyFrees frees() {
        return frees;
    }

    StoreWalk beginWalk() {
        assert walked == null : "one walk at a time";
        walked = now;
        walk = now.beginWalk();
        return walk;
    }

    void endWalk() {
        Contents ended = walked;
        walked = null;
        walk = null;
        ended.endWalk();
        closeRetired();
    }

    /** The walk under way, or null. */
    StoreWalk walk() {
        return walk;
    }

    /** How many moves to a larger map were completed. */
    long moves() {
        return movesBefore + now.maps.moves();
    }

    @Override
    public void close() {
        assert walked == null : "a walk is under way";
        now.maps.retire();
        now.close();
        retired.forEach(Contents::close);
    }
}
