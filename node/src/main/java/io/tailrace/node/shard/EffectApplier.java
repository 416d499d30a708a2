package io.tailrace.node.shard;

import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.RespLimits;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Carries the effects of a record out that comes from the log or from a primary: the same that {@link Transaction} did when they
 * were logged. Owned by the shard's reactor thread.
 *
 * <p>Redo is applying with a check first: an effect is skipped for a key whose entry already contains it, so a record may
 * be applied over any newer state. Effects are numbered within their record, as several may change one key.
 */
public final class EffectApplier {
    /** How many puts a store takes that is made for a record. */
    private static final int SURE_WHEN_NEW = 32;

    private final Watches watches;
    private final CollectionTypes types;
    private final MovedListener moved;
    private final LongSupplier clock;
    private final EffectCursor cursor = new EffectCursor();
    private final EffectsAhead ahead = new EffectsAhead();
    private final Entry entry = new Entry();
    private FollowedEvents events;
    private StoredValue value;
    private StoredValue source;
    private int database;

    /** Hears of large collections that are another key's now. */
    @FunctionalInterface
    interface MovedListener {
        void moved(int place, long key, int keyLength);
    }

    /** Applies effects outside of a shard's own data: for data that is being filled. */
    public static EffectApplier forFilling(ShardSettings settings) {
        return new EffectApplier(new Watches(), settings.newTypes(), (place, key, length) -> {});
    }

    EffectApplier(Watches watches, CollectionTypes types, MovedListener moved) {
        this(watches, types, moved, () -> 0);
    }

    /** @param clock by which keys are past their deadline, epoch milliseconds */
    EffectApplier(Watches watches, CollectionTypes types, MovedListener moved, LongSupplier clock) {
        this.clock = clock;
        this.watches = watches;
        this.types = types;
        this.moved = moved;
    }

    /** Tells what it carries out, but for a redo. */
    void events(KeyEvents telling) {
        events = new FollowedEvents(telling);
    }

    /**
     * Whether the store surely takes a record. What removes a key or changes its deadline needs no room, so a full store
     * still follows; it is only told apart from writing where that matters.
     */
    boolean hasRoom(RecordView record, Databases databases) {
        return record.commandCount() <= SURE_WHEN_NEW && databases.isSureToTake(record.commandCount())
                || databases.isOne() && databases.isSureToTake(record.commandCount()) && !hasSelect(record)
                || hasRoomForEach(record, databases);
    }

    private boolean hasSelect(RecordView record) {
        boolean hasSelect = false;
        cursor.wrap(record);
        while (!hasSelect && cursor.next()) {
            hasSelect = cursor.arguments().is(0, Effect.SELECT.name());
        }
        return hasSelect;
    }

    private boolean hasRoomForEach(RecordView record, Databases databases) {
        Map<Integer, Integer> puts = new HashMap<>();
        database = 0;
        cursor.wrap(record);
        while (cursor.next()) {
            Arguments arguments = cursor.arguments();
            Effect effect = Effect.of(arguments);
            if (effect == Effect.SELECT) {
                database = (int) arguments.parseLong(1);
            } else if (effect == Effect.SWAPDB) {
                // which one gets what follows is not worth knowing
                puts.merge((int) arguments.parseLong(1), record.commandCount(), Integer::sum);
                puts.merge((int) arguments.parseLong(2), record.commandCount(), Integer::sum);
            } else if (needsRoom(effect)) {
                puts.merge(effect.database(arguments, database), 1, Integer::sum);
            }
        }
        return puts.entrySet().stream()
                .allMatch(each -> databases.toWrite(each.getKey()).canTake(each.getValue()));
    }

    private static boolean needsRoom(Effect effect) {
        boolean needsNone = effect == Effect.DEL || effect == Effect.PEXPIREAT || effect == Effect.PERSIST;
        return effect != null && !needsNone && effect.key() != 0;
    }

    /**
     * What is wrong with a record from elsewhere, or null: asked before it is logged, because one that is applied only in
     * part leaves a state that never existed, and a log that no start can redo.
     */
    String problem(RecordView record) {
        cursor.wrap(record);
        while (cursor.next()) {
            Arguments arguments = cursor.arguments();
            Effect effect = Effect.of(arguments);
            String problem = effect == null ? unknown(arguments) : problem(effect, arguments);
            if (problem != null) {
                return problem;
            }
        }
        return cursor.problem();
    }

    private String problem(Effect effect, Arguments arguments) {
        if (effect.key() != 0 && arguments.length(effect.key()) > Store.MAX_KEY_LENGTH) {
            return "a key of " + arguments.length(effect.key()) + " bytes";
        }
        if (effect.sourceKey() != 0 && arguments.length(effect.sourceKey()) > Store.MAX_KEY_LENGTH) {
            return "a key of " + arguments.length(effect.sourceKey()) + " bytes";
        }
        if (effect == Effect.SETRANGE && arguments.parseLong(2) > RespLimits.PROTOCOL_MAX_BULK) {
            return "a value of more than " + arguments.parseLong(2) + " bytes";
        }
        if (effect == Effect.FUNCTION) {
            return LibraryEffects.problem(arguments);
        }
        CollectionType type = types.of(effect);
        return type == null ? null : type.problem(effect, arguments);
    }

    private static String unknown(Arguments arguments) {
        return "unknown effect " + arguments.ascii(0) + " with " + (arguments.count() - 1) + " arguments";
    }

    /**
     * Applies a record from the log or a primary.
     *
     * @param isRedo whether the store may already contain it, or later ones
     * @return null, or what is wrong with the record: then it is applied up to there and the store is unusable
     */
    String apply(RecordView record, Databases databases, long index, boolean isRedo) {
        use(databases.of(0));
        database = 0;
        cursor.wrap(record);
        int ordinal = 0;
        boolean isTold = !isRedo && events != null && events.isOn();
        if (isTold) {
            events.beginRecord();
        }
        boolean isLookedAhead = cursor.left() > 1;
        if (isLookedAhead) {
            ahead.begin(record);
        }
        while (cursor.next()) {
            if (isLookedAhead && ordinal % EffectsAhead.GROUP == 0) {
                ahead.look(databases);
            }
            Arguments arguments = cursor.arguments();
            Effect effect = Effect.of(arguments);
            if (effect == null) {
                return unknown(arguments);
            }
            if (isTold && effect.key() != 0) {
                events.before(databases, database, effect, arguments);
            }
            String problem = effect.key() == 0
                    ? applyToDatabase(databases, effect, arguments, index, ordinal, isRedo)
                    : applyToKey(databases, effect, arguments, index, ordinal, isRedo);
            ordinal++;
            if (problem != null) {
                return problem;
            }
            if (isTold) {
                events.after(database, effect, arguments);
            }
        }
        return cursor.problem();
    }

    /**
     * Applies a record to data that are being filled, which grow as they need to.
     *
     * @param isRedo whether the data may already contain it, or later ones
     * @return null, or what is wrong
     */
    public String redo(RecordView record, Databases databases, long index, boolean isRedo) {
        if (!hasRoom(record, databases)) {
            return "there is not enough memory for all keys";
        }
        String problem = apply(record, databases, index, isRedo);
        databases.growStep(StoreLoader.MOVED_EACH);
        return problem;
    }

    private void use(Store store) {
        if (value == null) {
            value = new StoredValue(store);
            source = new StoredValue(store);
        } else {
            value.use(store);
            source.use(store);
        }
    }

    private String applyToDatabase(
            Databases databases, Effect effect, Arguments arguments, long index, int ordinal, boolean isRedo) {
        switch (effect) {
            case SELECT -> database = (int) arguments.parseLong(1);
            case FLUSHALL -> {
                watches.removeAll(databases);
                if (isRedo) {
                    databases.removeOlder(index, ordinal);
                } else {
                    databases.clear();
                }
            }
            case FLUSHDB -> flush(databases, index, ordinal, isRedo);
            case SWAPDB -> {
                int one = (int) arguments.parseLong(1);
                int other = (int) arguments.parseLong(2);
                watches.swap(one, other, databases, clock.getAsLong());
                databases.swap(one, other);
            }
            case FUNCTION -> LibraryEffects.apply(databases.libraries(), arguments, index, ordinal, isRedo);
            case ECHO -> {}
            default -> {
                return unknown(arguments);
            }
        }
        return null;
    }

    private void flush(Databases databases, long index, int ordinal, boolean isRedo) {
        Store store = databases.at(databases.placeOf(database));
        if (store == null) {
            return;
        }
        watches.removeAll(database, databases);
        store.position(index, ordinal);
        if (isRedo) {
            store.removeOlder();
        } else {
            store.clear();
        }
    }

    private String applyToKey(
            Databases databases, Effect effect, Arguments arguments, long index, int ordinal, boolean isRedo) {
        Store store = databases.toWrite(effect.database(arguments, database));
        use(store);
        store.position(index, ordinal);
        if (effect == Effect.COPY || effect == Effect.RENAME) {
            if (databases.placeOf(database) != store.place()) {
                Store from = databases.toWrite(database);
                from.position(index, ordinal);
                source.use(from);
            }
            return assign(store, effect, arguments, isRedo);
        }
        return applyToKey(store, effect, arguments, isRedo);
    }

    private String applyToKey(Store store, Effect effect, Arguments arguments, boolean isRedo) {
        long key = arguments.address(effect.key());
        int keyLength = arguments.length(effect.key());
        if (effect == Effect.DEL) {
            watches.remove(database, key, keyLength);
        } else if (effect.isWriteOfKey() || !store.find(key, keyLength, entry)) {
            watches.touch(database, key, keyLength);
        }
        CollectionType type = types.of(effect);
        if (type != null) {
            return applyToCollection(store, type, effect, arguments, isRedo);
        }
        if (isRedo && store.find(key, keyLength, entry) && entry.contains(store.index(), store.ordinal())) {
            return null;
        }
        switch (effect) {
            case SET -> {
                long deadline = arguments.count() == 5 ? arguments.parseLong(4) : Entry.NO_EXPIRY;
                store.put(key, keyLength, arguments.address(2), arguments.length(2), deadline);
            }
            case DEL -> store.remove(key, keyLength);
            case APPEND -> store.writePart(key, keyLength, Store.AT_END, arguments.address(2), arguments.length(2));
            case SETRANGE -> {
                int offset = (int) arguments.parseLong(2);
                store.writePart(key, keyLength, offset, arguments.address(3), arguments.length(3));
            }
            case PEXPIREAT -> store.expire(key, keyLength, arguments.parseLong(2));
            case PERSIST -> store.expire(key, keyLength, Entry.NO_EXPIRY);
            default -> {
                return unknown(arguments);
            }
        }
        return null;
    }

    private String applyToCollection(
            Store store, CollectionType type, Effect effect, Arguments arguments, boolean isRedo) {
        long key = arguments.address(effect.key());
        int keyLength = arguments.length(effect.key());
        value.open(key, keyLength);
        if (isRedo && value.containsEffect()) {
            return null;
        }
        if (value.isThere() && value.type() != type.type()) {
            if (!isRedo) {
                return effect + " of a key that holds a " + ValueType.name(value.type());
            }
            // what lies there a later effect removes; nothing is built on it
            store.remove(key, keyLength);
            value.open(key, keyLength);
        }
        String misfit = type.apply(effect, arguments, value);
        // what empties a collection is logged as DEL: one that a redo empties otherwise gets members again, by later
        // effects
        if (value.isThere()) {
            boolean isLeftForNow = isRedo && value.isTree();
            if (type.size(value) == 0 && !isLeftForNow) {
                value.remove();
            } else {
                value.publish();
            }
        }
        return isRedo ? null : misfit;
    }

    /**
     * RENAME and COPY. In a redo the target may contain it already; a source that is newer, or that is not there, was at its end by
     * then, so that a walk has noted the target.
     */
    private String assign(Store store, Effect effect, Arguments arguments, boolean isRedo) {
        long key = arguments.address(1);
        int keyLength = arguments.length(1);
        long target = arguments.address(2);
        int targetLength = arguments.length(2);
        boolean isMoved = effect == Effect.RENAME;
        if (isMoved) {
            watches.remove(database, key, keyLength);
        }
        watches.touch(effect.database(arguments, database), target, targetLength);
        boolean isThere = source.open(key, keyLength) && !(isRedo && source.containsEffect());
        boolean isDone = isRedo && value.open(target, targetLength) && value.containsEffect();
        if (isDone) {
            if (isMoved && isThere) {
                store.remove(key, keyLength);
            }
            return null;
        }
        if (!isThere || !source.isTree()) {
            return isRedo ? null : effect + " of a key that holds no large collection";
        }
        if (isMoved) {
            store.rename(key, keyLength, target, targetLength);
        } else {
            types.copyTo(source, value, target, targetLength);
        }
        moved.moved(store.place(), target, targetLength);
        return null;
    }

    /** Tells of the keys that a record, which was applied, has written. */
    void tell(RecordView record, KeysMadeListener listener) {
        database = 0;
        cursor.wrap(record);
        while (cursor.next()) {
            Arguments arguments = cursor.arguments();
            Effect effect = Effect.of(arguments);
            int key = effect.secondKey() == 0 ? effect.key() : effect.secondKey();
            if (effect == Effect.SELECT) {
                database = (int) arguments.parseLong(1);
            } else if (effect == Effect.SWAPDB) {
                listener.swapped((int) arguments.parseLong(1), (int) arguments.parseLong(2));
            } else if (key != 0 && effect != Effect.DEL) {
                listener.made(effect.database(arguments, database), arguments.address(key), arguments.length(key));
            }
        }
    }
}
