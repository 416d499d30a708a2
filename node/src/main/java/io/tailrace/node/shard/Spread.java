package io.tailrace.node.shard;

import io.tailrace.node.backlog.ShardNeeds;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.ShardIndexes;

/**
 * A transaction over several shards, which are held: all of it is logged, or nothing. Owned by one shard's thread, which leads it; reused.
 *
 * <pre>
 *  step                       on                          when it is refused
 *  begin                      every shard that is held    -
 *  effects                    the shard of each key       all is rolled back everywhere
 *  is every part taken?       the shards with effects     all is rolled back everywhere: nothing is logged anywhere
 *  log                        those, in ascending order   the node stops as if it were killed, and a start takes the parts back
 *  tell watches, waiters ..   those                       -
 * </pre>
 *
 * <p>The effects of one shard alone, where no other was looked at, are an ordinary record. Those of several are one record each, all of the
 * same commit time, that name the indexes of all: they are known before the first is appended, as nobody else appends to a shard that is
 * held. Both name the newest records of the shards that were only looked at, too: what was written may have been derived from them.
 */
public final class Spread {
    private final Shard[] shards;
    private final int own;
    private final SpreadTransaction transaction;
    private final ShardTransaction[] begun;
    private final ShardIndexes parts = new ShardIndexes();
    private final ShardIndexes needs = new ShardIndexes();
    private final ShardNeeds[] written;
    private long held;
    private long logged;

    /**
     * @param shards all of the node
     * @param own that of the thread
     */
    public Spread(Shard[] shards, int own) {
        this.shards = shards;
        this.own = own;
        transaction = new SpreadTransaction(shards.length);
        begun = new ShardTransaction[shards.length];
        written = new ShardNeeds[shards.length];
    }

    /** Shards are held from now on: nothing is logged on any of them yet. */
    public void beginHold() {
        logged = 0;
    }

    /** @param set of shards that are held, as {@link ShardHold} has them; the leading one is always one of them */
    public SpreadTransaction begin(long set) {
        held = set | ShardHold.only(own);
        logged = 0;
        long now = shards[own].clock().refreshEpochMs();
        KeyEvents lead = shards[own].events();
        for (int shard = 0; shard < shards.length; shard++) {
            begun[shard] = isHeld(shard) ? shards[shard].transactions().beginPart(now) : null;
            if (begun[shard] != null && shard != own) {
                begun[shard].events().join(lead);
            }
        }
        transaction.begin(own, begun);
        return transaction;
    }

    private boolean isHeld(int shard) {
        return (held & ShardHold.only(shard)) != 0;
    }

    /**
     * Whether one of the watched keys was touched. What is written then depends on their shards, too.
     *
     * @param watched by shard, each of them or null; or null
     */
    public boolean isTouched(WatchSet[] watched) {
        for (int shard = 0; watched != null && shard < shards.length; shard++) {
            if (watched[shard] != null) {
                transaction.lookAt(ShardHold.only(shard));
                if (shards[shard].isTouched(watched[shard])) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The transaction on one of the shards alone. */
    public Transaction of(int shard) {
        return begun[shard];
    }

    /** The shards that the last commit has written to, as a set. */
    public long logged() {
        return logged;
    }

    /**
     * Logs all effects.
     *
     * @throws RefusedException when a shard does not take its part: nothing is logged, {@link #abandon} must follow
     * @throws ShardFailedException when not all parts could be logged: the node must stop, nobody may look at the shards any more
     */
    public void commit() {
        nameParts();
        boolean hasParts = parts.count() > 1 || !needs.isEmpty();
        for (int i = 0; i < parts.count(); i++) {
            shards[parts.shard(i)].transactions().complete();
        }
        if (hasParts) {
            requireRoom();
            logParts();
        } else if (!parts.isEmpty()) {
            shards[parts.shard(0)].transactions().logWhole();
        }
        for (int shard = 0; shard < shards.length; shard++) {
            if (isHeld(shard)) {
                logged |= shards[shard].transactions().hasEffects() ? ShardHold.only(shard) : 0;
                shards[shard].transactions().settle();
            }
        }
        leave();
    }

    private void nameParts() {
        parts.clear();
        for (int shard = 0; shard < shards.length; shard++) {
            if (isHeld(shard) && shards[shard].transactions().hasEffects()) {
                parts.add(shard, shards[shard].backlog().nextIndex());
            }
        }
        needs.clear();
        for (int shard = 0; shard < shards.length && !parts.isEmpty(); shard++) {
            boolean isLookedAt = (transaction.looked() & held & ShardHold.only(shard)) != 0
                    && !shards[shard].transactions().hasEffects();
            long newest = isLookedAt ? shards[shard].backlog().newestWrite() : QueueIndex.NONE;
            if (newest != QueueIndex.NONE) {
                needs.add(shard, newest);
            }
        }
    }

    private void requireRoom() {
        String history = shards[parts.shard(0)].history().current().id();
        int names = RecordBuilder.namesLength(parts, needs);
        requireHistory(history, parts);
        requireHistory(history, needs);
        for (int i = 0; i < parts.count(); i++) {
            Shard shard = shards[parts.shard(i)];
            String refusal = shard.log().partRefusal(names);
            if (refusal != null) {
                throw new RefusedException(refusal);
            }
        }
    }

    private void requireHistory(String history, ShardIndexes named) {
        for (int i = 0; i < named.count(); i++) {
            if (!shards[named.shard(i)].history().current().id().equals(history)) {
                throw new RefusedException("TRYAGAIN the shards of this node are changing their role");
            }
        }
    }

    private void logParts() {
        long micros = 0;
        for (int i = 0; i < parts.count(); i++) {
            Shard shard = shards[parts.shard(i)];
            micros = Math.max(
                    micros, shard.backlog().commitMicros(shards[own].clock().micros()));
        }
        for (int i = 0; i < needs.count(); i++) {
            micros = shards[needs.shard(i)].backlog().commitMicros(micros);
        }
        try {
            for (int i = 0; i < parts.count(); i++) {
                shards[parts.shard(i)].transactions().logPart(parts, needs, micros);
                FaultPoint.PART_LOGGED.hit();
            }
            FaultPoint.PARTS_LOGGED.hit();
            joinNeeds();
        } catch (ShardFailedException e) {
            fail();
            throw e;
        } catch (RuntimeException | Error e) {
            fail();
            throw new ShardFailedException(parts.shard(0), parts.index(0), e);
        }
    }

    /** What any of the shards depended on before, also those only looked at, all that were written to depend on now. */
    private void joinNeeds() {
        for (int i = 0; i < parts.count(); i++) {
            written[i] = shards[parts.shard(i)].backlog().parts().needs();
        }
        for (int i = 0; i < needs.count(); i++) {
            written[0].raise(shards[needs.shard(i)].backlog().parts().needs());
        }
        ShardNeeds.join(written, parts.count(), parts, needs);
        for (int i = 0; i < parts.count(); i++) {
            shards[parts.shard(i)].backlog().parts().joined();
        }
    }

    /** Nobody serves, streams or saves a shard that has a part without its partners. */
    private void fail() {
        for (int shard = 0; shard < shards.length; shard++) {
            if (isHeld(shard) && shards[shard].sharing().token() != null) {
                shards[shard].sharing().token().fail();
            }
        }
    }

    /** Takes everything back, on every shard. */
    public void abandon() {
        for (int shard = 0; shard < shards.length; shard++) {
            if (isHeld(shard)) {
                shards[shard].abandon();
            }
        }
        leave();
    }

    private void leave() {
        shards[own].events().clear();
        for (int shard = 0; shard < shards.length; shard++) {
            if (isHeld(shard)) {
                shards[shard].events().leave();
            }
        }
    }
}
