package io.tailrace.node.feed;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.ShardIndexes;
import io.tailrace.wire.resp.Arguments;

/**
 * One record of the log: what one command changed, or all of a transaction. A view: it lies where the node wrote it, is reused, and
 * is valid until the feed's next {@link ChangeFeed#poll}. Makes no garbage but where it says so.
 *
 * <pre>
 *  while (change.next()) {
 *      use(change.database(), change.effect(), change.keyAddress(), change.keyLength(), change.arguments());
 *  }
 * </pre>
 */
public final class Change {
    private final EffectCursor cursor = new EffectCursor();
    private final PartView part = new PartView();
    private final int shard;
    private RecordView record;
    private long index;
    private String history;
    private Effect effect;
    private int selected;
    private int database;

    Change(int shard) {
        this.shard = shard;
    }

    Change wrap(RecordView read, long recordIndex, String ofHistory) {
        record = read;
        index = recordIndex;
        history = ofHistory;
        String problem = part.wrap(record);
        if (problem != null) {
            throw new FeedException("record " + QueueIndex.toString(index) + ": " + problem);
        }
        restart();
        return this;
    }

    /** Goes back to before the first effect. */
    public void restart() {
        cursor.wrap(record);
        effect = null;
        selected = 0;
    }

    public int shard() {
        return shard;
    }

    /** The same number on every node: segment and sequence, see {@link QueueIndex}. */
    public long index() {
        return index;
    }

    /** When the primary committed it, microseconds since the epoch. */
    public long commitMicros() {
        return record.commitMicros();
    }

    /** The hash over this record and all before it. */
    public long chain() {
        return record.chain();
    }

    /** 40 hex digits. */
    public String history() {
        return history;
    }

    /**
     * Goes to the next effect.
     *
     * @return false at the end
     * @throws FeedException when it is none that this version knows
     */
    public boolean next() {
        while (cursor.next()) {
            Arguments arguments = cursor.arguments();
            effect = Effect.of(arguments);
            if (effect == null) {
                throw new FeedException("record " + QueueIndex.toString(index)
                        + " holds a command that this version does not know: " + arguments.ascii(0));
            }
            if (effect == Effect.ECHO) {
                continue;
            }
            if (effect != Effect.SELECT) {
                database = effect.database(arguments, selected);
                return true;
            }
            selected = (int) arguments.parseLong(1);
        }
        if (cursor.isMalformed()) {
            throw new FeedException("record " + QueueIndex.toString(index) + ": " + cursor.problem());
        }
        return false;
    }

    /** What it does; a {@code SELECT} is never shown, {@link #database} tells; nor is a note. */
    public Effect effect() {
        return effect;
    }

    /** The database of the key that it changes; without a key, the one that it was done in. */
    public int database() {
        return database;
    }

    /** Name and arguments, as a command of Redis 7.0 that does the same. They lie in the log. */
    public Arguments arguments() {
        return cursor.arguments();
    }

    /** Whether it is about a key at all: not so FLUSHALL, FLUSHDB, SWAPDB and FUNCTION. */
    public boolean hasKey() {
        return effect.key() > 0;
    }

    /** Where the key lies that it changes. */
    public long keyAddress() {
        return cursor.arguments().address(effect.key());
    }

    public int keyLength() {
        return cursor.arguments().length(effect.key());
    }

    /** A copy of the key. Allocates. */
    public byte[] key() {
        return Memory.toBytes(keyAddress(), keyLength());
    }

    /** Whether this is one shard's part of a transaction over several. */
    public boolean isPart() {
        return part.isPart();
    }

    /** Shard and index of each part of the transaction, this one's included; empty when it is none. */
    public ShardIndexes parts() {
        return part.parts();
    }
}
