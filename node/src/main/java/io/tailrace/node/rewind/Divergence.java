package io.tailrace.node.rewind;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.MemberAccess;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.record.ChainVerifier;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log holds after the last record it shares: saves the writes for the operator and notes the keys they touched.
 * Used by one thread; reads the log's files, not the log that the reactor writes.
 */
final class Divergence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Divergence.class);

    /** Beyond that many bytes of keys a full sync is cheaper than fetching each. */
    static final int MAX_KEY_BYTES = 256 << 20;

    private static final int RECORDS_PER_STEP = 1_000;

    private final TouchedKeys keys = new TouchedKeys();
    private final TouchedMembers members = new TouchedMembers(keys);
    private final CollectionTypes types;
    private final EffectCursor cursor = new EffectCursor();
    private final ChainVerifier verifier = new ChainVerifier();
    private final BacklogInspector log;
    private final LostWrites lost;
    private final String history;
    private final long last;
    private final boolean isNotingKeys;
    private final IntUnaryOperator places;
    private int database;
    private long firstWrite = QueueIndex.NONE;
    private long lastSeen;
    private boolean isEverything;
    private long records;
    private Path savedAs;

    /**
     * The last records of a log.
     *
     * @param before the record before the first of them
     * @param chain at that record, which they must continue
     * @param first where the first of them is
     */
    record Tail(long before, long chain, long first) {
        /** Those after one that the log has. */
        static Tail after(long index, long chain) {
            return new Tail(index, chain, index + 1);
        }

        /** All of a log that is not empty. */
        static Tail all(Backlog log) {
            SegmentRecord opening = log.segments().first().opening();
            return new Tail(opening.previousIndex(), opening.previousChain(), log.firstIndex());
        }
    }

    /**
     * Begins.
     *
     * @param isNotingKeys whether the keys are of interest, and not only the file
     */
    Divergence(Shard shard, Tail tail, boolean isNotingKeys) throws IOException {
        types = shard.settings().newTypes();
        history = shard.history().current().id();
        last = shard.backlog().lastIndex();
        this.isNotingKeys = isNotingKeys;
        places = shard.databases().places();
        lastSeen = tail.before();
        verifier.startAfter(tail.before(), tail.chain());
        log = new BacklogInspector(shard.directory().queue());
        try {
            log.seek(tail.first());
            lost = new LostWrites(shard.directory().root());
        } catch (IOException | RuntimeException e) {
            log.close();
            members.close();
            keys.close();
            throw e;
        }
    }

    /**
     * Takes some more records; returns whether that were all, and the writes are saved.
     *
     * @throws IOException also when a record is damaged, which the message names
     */
    boolean step() throws IOException {
        for (int i = 0; i < RECORDS_PER_STEP && lastSeen < last; i++) {
            RecordView record = log.next();
            String problem = record == null ? "the log ends too early" : verifier.next(log.index(), record);
            if (problem != null) {
                throw new IOException("the record after " + QueueIndex.toString(lastSeen) + ": " + problem);
            }
            lastSeen = log.index();
            if (record.hasEffects()) {
                firstWrite = firstWrite == QueueIndex.NONE ? lastSeen : firstWrite;
                lost.record(record);
                if (isNotingKeys) {
                    note(record);
                }
                records++;
            }
        }
        if (lastSeen < last) {
            return false;
        }
        if (records > 0) {
            savedAs = lost.finish(LostWrites.name(history, firstWrite, last));
        }
        return true;
    }

    private void note(RecordView record) throws IOException {
        cursor.wrap(record);
        database = 0;
        while (!isEverything && cursor.next()) {
            Arguments arguments = cursor.arguments();
            Effect effect = Effect.of(arguments);
            if (effect == null) {
                throw new IOException("unknown effect " + arguments.ascii(0));
            }
            if (effect == Effect.SELECT) {
                database = (int) arguments.parseLong(1);
            } else if (effect.key() != 0) {
                note(effect, arguments);
            } else {
                isEverything |= effect != Effect.ECHO;
            }
        }
    }

    private void note(Effect effect, Arguments arguments) {
        int key = add(effect.database(arguments, database), arguments, effect.key());
        int second = effect.secondKey() == 0 ? -1 : add(database, arguments, effect.secondKey());
        if (isEverything) {
            return;
        }
        CollectionType type = types.of(effect);
        MemberAccess access = type == null ? null : type.members();
        if (access != null) {
            noteMembers(key, type, effect, arguments);
        } else if (effect != Effect.PEXPIREAT && effect != Effect.PERSIST) {
            members.whole(key);
        }
        if (second >= 0) {
            members.whole(second);
        }
    }

    /** Databases are where they were at the shared record, unless they were swapped since, which gives all up. */
    private int add(int ofDatabase, Arguments arguments, int argument) {
        int place = places.applyAsInt(ofDatabase);
        int key = keys.add(place, arguments.address(argument), arguments.length(argument), MAX_KEY_BYTES);
        isEverything |= key < 0;
        return key;
    }

    private void noteMembers(int key, CollectionType type, Effect effect, Arguments arguments) {
        int most = FrameLayout.MAX_FETCH - TouchedKeys.KEY - Integer.BYTES - keys.keyLength(key);
        int step = type.members().step(effect);
        for (int i = type.members().firstMember(effect); i < arguments.count(); i += step) {
            if (arguments.length(i) > most) {
                members.whole(key);
            } else {
                members.member(key, type.type(), arguments.address(i), arguments.length(i));
            }
        }
    }

    /**
     * Whether a record of the primary gives another key a collection that a touched key had then. It is fetched as the key has it
     * now, and a redo would give the other key that.
     */
    boolean isMovedBy(RecordView record) {
        cursor.wrap(record);
        while (cursor.next()) {
            Arguments arguments = cursor.arguments();
            Effect effect = Effect.of(arguments);
            int source = effect == null ? 0 : effect.sourceKey();
            if (source != 0 && keys.containsAnywhere(arguments.address(source), arguments.length(source))) {
                return true;
            }
        }
        return false;
    }

    /** The keys that must be fetched. */
    TouchedKeys keys() {
        return keys;
    }

    /** What of them. */
    TouchedMembers members() {
        return members;
    }

    /**
     * Whether there is no telling which keys are as they were: all of them, or those of a database, were removed, databases
     * were swapped, or too many were touched.
     */
    boolean isEverything() {
        return isEverything;
    }

    /** Writes that no other node has. */
    long records() {
        return records;
    }

    /** Where they are saved, or null when there were none. */
    Path savedAs() {
        return savedAs;
    }

    @Override
    public void close() {
        members.close();
        keys.close();
        log.close();
        try {
            lost.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }
}
