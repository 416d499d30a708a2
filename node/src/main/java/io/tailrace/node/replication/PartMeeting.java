package io.tailrace.node.replication;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.backlog.ShardNeeds;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardFailedException;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.ShardIndexes;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where the parts of transactions over several shards meet on a replica. A link that gets a part takes no more before the others have
 * come: whose part comes last holds all their shards, appends every part at its index and applies it, and gives them back. So a
 * replica's logs are closed as its primary's are, and nobody sees half. One for a node; any thread that holds its shard.
 *
 * <pre>
 *  of another part                               what becomes of this one
 *  its link has it too, as its next record       all of them are taken together
 *  its log has it already, in the same history   this one is taken by itself: a shard that was copied while this one waited
 *  its log has another record in that place      this one is not a part of the primary's any more, and its link begins again
 *  neither                                       it waits
 * </pre>
 *
 * <p>A part waits, too, for the records that it names of shards that were only looked at. There is no circle to wait in: parts lie in
 * every log in one order, behind all that they name, and the least that is not taken is the next of all its shards as soon as their links
 * bring it.
 */
public final class PartMeeting {
    /** Takes the shards of others for the thread of one. */
    public interface Hold {
        /**
         * @param shards bit mask; the caller's own may be among them
         * @return whether it has them, until {@link #giveBack}; its own may have been another's in between
         */
        boolean take(long shards);

        void giveBack();
    }

    private final AtomicReferenceArray<StagedPart> staged;
    /** By shard: whose log its own is a beginning of, as long as it takes records from there. */
    private final AtomicReferenceArray<HostPort> followed;

    /** Those that wait, perhaps, for a record of another shard that is not a part, as a bit mask. */
    private final AtomicLong needing = new AtomicLong();

    private final Shard[] shards;
    private final Runnable[] wakes;

    /** Of a node with this many shards: null for one. */
    public static PartMeeting of(int shardCount) {
        return shardCount == 1 ? null : new PartMeeting(shardCount);
    }

    PartMeeting(int shardCount) {
        staged = new AtomicReferenceArray<>(shardCount);
        followed = new AtomicReferenceArray<>(shardCount);
        shards = new Shard[shardCount];
        wakes = new Runnable[shardCount];
    }

    /** A shard of the node, before any link is up. */
    public void join(Shard shard, Runnable wake) {
        shards[shard.id()] = shard;
        wakes[shard.id()] = wake;
    }

    /** The shard takes records of this node from now on, or of none for null. */
    void follows(int shard, HostPort primary) {
        followed.set(shard, primary);
    }

    /** The shard's link has got a part, and takes no more. */
    void stage(int shard, StagedPart part) {
        staged.set(shard, part);
    }

    /** The shard's link gives up what waits. */
    void leave(int shard) {
        staged.set(shard, null);
    }

    /** Whether all shards that a part names are of this node. */
    boolean knows(PartView part) {
        int parts = part.parts().count();
        int needs = part.needs().count();
        return part.parts().shard(parts - 1) < shards.length
                && (needs == 0 || part.needs().shard(needs - 1) < shards.length);
    }

    /** The shard's part waits: another of the transaction may have come while that was found out. */
    void wakeOthers(int shard, ShardIndexes parts) {
        for (int i = 0; i < parts.count(); i++) {
            if (parts.shard(i) != shard && isNext(parts.shard(i), parts)) {
                wakes[parts.shard(i)].run();
            }
        }
    }

    /** A shard's log has grown by what is not a part: wakes those whose parts wait for records of shards that were only looked at. */
    void hasGrown() {
        VarHandle.fullFence();
        if (needing.get() != 0) {
            for (long rest = needing.getAndSet(0); rest != 0; rest &= rest - 1) {
                wakes[Long.numberOfTrailingZeros(rest)].run();
            }
        }
    }

    /** Whether the shard's part waits. */
    boolean isWaiting(int shard) {
        return waiting(shard) != null;
    }

    /** The shard's part that waits, or null. */
    StagedPart waiting(int shard) {
        return staged.get(shard);
    }

    /**
     * The shard whose part, or record, a waiting part waits for, or -1 when nothing is missing, as far as can be seen without holding
     * the others.
     */
    int missing(int shard) {
        StagedPart own = staged.get(shard);
        if (own == null) {
            return -1;
        }
        for (int i = 0; i < own.needs().count(); i++) {
            if (!isLogged(own.needs().shard(i), own.needs().index(i))) {
                return own.needs().shard(i);
            }
        }
        for (int i = 0; i < own.parts().count(); i++) {
            int other = own.parts().shard(i);
            if (other != shard
                    && !isNext(other, own.parts())
                    && !isLogged(other, own.parts().index(i))) {
                return other;
            }
        }
        return -1;
    }

    private boolean isNext(int shard, ShardIndexes parts) {
        StagedPart other = staged.get(shard);
        return other != null && other.parts().isSame(parts);
    }

    private boolean isLogged(int shard, long index) {
        return shards[shard].backlog() != null && shards[shard].backlog().lastIndex() >= index;
    }

    /**
     * Takes all parts of the transaction of a waiting one, if they are there. On the shard's thread, which holds the shard.
     *
     * @return null, or why a part can't be taken; nothing was then, of any of them
     */
    String meet(int shard, Hold hold) {
        StagedPart own = staged.get(shard);
        if (own != null && !own.needs().isEmpty()) {
            // first, and then it is looked at the logs: who grows after that sees it
            needing.getAndUpdate(set -> set | 1L << shard);
        }
        if (own == null || missing(shard) >= 0) {
            return null;
        }
        long others = set(own.parts()) | set(own.needs());
        if (!hold.take(others & ~(1L << shard))) {
            return null;
        }
        try {
            // while this thread waited for the others one of them may have taken all
            boolean isThere = staged.get(shard) == own && isThere(shard, own);
            String problem = isThere ? foreignPlace(shard, own) : null;
            return isThere && problem == null ? takeAll(own) : problem;
        } finally {
            hold.giveBack();
        }
    }

    private static long set(ShardIndexes named) {
        long set = 0;
        for (int i = 0; i < named.count(); i++) {
            set |= 1L << named.shard(i);
        }
        return set;
    }

    /** The same as {@link #missing}, for sure, as all are held. */
    private boolean isThere(int shard, StagedPart own) {
        for (int i = 0; i < own.parts().count(); i++) {
            int other = own.parts().shard(i);
            boolean isThere = other == shard
                    || isNext(other, own.parts())
                    || has(shards[other], shards[shard], own.parts().index(i));
            if (!isThere) {
                return false;
            }
        }
        for (int i = 0; i < own.needs().count(); i++) {
            if (!has(shards[own.needs().shard(i)], shards[shard], own.needs().index(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Why the waiting part is none any more, or null: a shard has something else in its partner's place. So a primary that lost the ends
     * of its logs with its power, and wrote on, while this one waited on a connection from before.
     */
    private String foreignPlace(int shard, StagedPart own) {
        PartView found = new PartView();
        for (int i = 0; i < own.parts().count(); i++) {
            int other = own.parts().shard(i);
            long index = own.parts().index(i);
            boolean isReadable = other != shard
                    && !isNext(other, own.parts())
                    && index >= shards[other].backlog().firstIndex();
            if (!isReadable) {
                continue;
            }
            if (!shards[other].backlog().contains(index)) {
                return "shard " + other + " goes on after " + QueueIndex.toString(index)
                        + " without the record that belongs to " + own.parts();
            }
            try (BacklogReader reader = shards[other].backlog().reader()) {
                RecordView record = reader.readAt(index);
                reader.requireRead();
                if (record == null
                        || found.wrap(record) != null
                        || !found.parts().isSame(own.parts())) {
                    return "shard " + other + " has another record at " + QueueIndex.toString(index)
                            + " than the one that belongs to " + own.parts();
                }
            }
        }
        return null;
    }

    private String takeAll(StagedPart own) {
        ShardIndexes parts = own.parts();
        for (int i = 0; i < parts.count(); i++) {
            int shard = parts.shard(i);
            if (isNext(shard, parts)) {
                String problem = shards[shard].refusalOf(
                        parts.index(i), staged.get(shard).record());
                if (problem != null) {
                    return "shard " + shard + ": " + problem;
                }
            }
        }
        ShardNeeds[] needs = new ShardNeeds[parts.count()];
        long[] taken = new long[parts.count()];
        int count = 0;
        for (int i = 0; i < parts.count(); i++) {
            int shard = parts.shard(i);
            if (isNext(shard, parts)) {
                follow(shard, parts.index(i));
                taken[count] = shard;
                needs[count++] = shards[shard].backlog().parts().needs();
            }
        }
        for (int i = 0; i < own.needs().count(); i++) {
            needs[0].raise(shards[own.needs().shard(i)].backlog().parts().needs());
        }
        ShardNeeds.join(needs, count, parts, own.needs());
        for (int i = 0; i < count; i++) {
            int shard = (int) taken[i];
            shards[shard].backlog().parts().joined();
            staged.set(shard, null);
            wakes[shard].run();
        }
        return null;
    }

    /** One that fails between two of them stops the node, as a kill would: the next start finds the log closed again. */
    private void follow(int shard, long index) {
        String problem = shards[shard].follow(index, staged.get(shard).record());
        if (problem != null) {
            throw new ShardFailedException(
                    shard, "part " + QueueIndex.toString(index) + " of a transaction can't be taken: " + problem);
        }
        FaultPoint.PART_TAKEN.hit();
    }

    /**
     * Serves a shard whose data is new if what it needs of the others is there, on their disks, and what they need of it. Indexes tell
     * that only of logs that are all beginnings of one node's: after a power loss of the primary the same index of the same history may be
     * another record there. So the others that are served have to follow it, too, each by itself found to agree with it.
     *
     * @return whether it is served
     */
    boolean open(int shard, Hold hold) {
        Shard own = shards[shard];
        long all = -1L >>> Long.SIZE - shards.length & ~(1L << shard);
        if (!own.backlog().parts().isAhead() || !hold.take(all)) {
            return !own.backlog().parts().isAhead();
        }
        try {
            if (isClosedWith(own) && isOnDisk(own) && own.aheadMark().isDeleted()) {
                own.backlog().parts().ahead(false);
            }
            return !own.backlog().parts().isAhead();
        } finally {
            hold.giveBack();
        }
    }

    /**
     * Whether what new data need of all logs is on the disk. There is no snapshot from before them to go back to, so once the shard is
     * served, and perhaps a primary's, no power loss may take any of it.
     */
    private boolean isOnDisk(Shard own) {
        int unmet = own.backlog().parts().needs().unmetBy(each -> shards[each]
                .backlog()
                .durableIndex());
        if (unmet >= 0) {
            shards[unmet].log().forceSoon();
        }
        return unmet < 0;
    }

    /** Why the node can't be promoted now, as an error without the dash, or null. */
    String promotionRefusal() {
        for (Shard shard : shards) {
            if (shard.backlog() != null && shard.backlog().parts().isAhead()) {
                return "TRYAGAIN shard " + shard.id()
                        + " has new data, and holds more of transactions over several shards than the"
                        + " others have by now; wait until it is served, or if the primary of that data is lost:"
                        + " follow another node, or save the data of each shard with 'tailrace export'";
            }
        }
        return null;
    }

    /** Whether the shard has all that it needs of the others, and those that are served have all that they need of it. */
    private boolean isClosedWith(Shard own) {
        for (Shard other : shards) {
            boolean isServed = !other.backlog().parts().isAhead();
            if (other != own && !(has(other, own) && (!isServed || isBesides(own, other) && has(own, other)))) {
                return false;
            }
        }
        return true;
    }

    private boolean isBesides(Shard own, Shard other) {
        HostPort primary = followed.get(own.id());
        return primary != null && primary.equals(followed.get(other.id()));
    }

    private static boolean has(Shard shard, Shard needing) {
        long needed = needing.backlog().parts().needs().of(shard.id());
        return needed == QueueIndex.NONE || has(shard, needing, needed);
    }

    /**
     * Whether a shard has a record that another one's log names. The index alone does not tell that, when one of them has gone back to
     * where a new history begins, and the other has not yet.
     */
    private static boolean has(Shard shard, Shard naming, long index) {
        if (shard.history().isEmpty() || naming.history().isEmpty()) {
            return false;
        }
        long end = shard.history().endOf(naming.history().current().id());
        return end != QueueIndex.NONE && index <= Math.min(end, shard.backlog().lastIndex());
    }
}
