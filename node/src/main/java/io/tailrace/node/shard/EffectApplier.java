package io.tailrace.node.shard;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.RespLimits;

/**
 * Carries effects out on a store: the one place where a logged effect becomes a stored entry, on primary, replica and
 * rebuild alike. Owned and closed by the shard's reactor thread.
 *
 * <p>Redo is applying with a check first: an effect is skipped for a key whose entry already contains it, so a record may
 * be applied over any newer state. Within a record effects are numbered, as several may change one key.
 */
public final class EffectApplier implements AutoCloseable {
    private final Watches watches;
    private final EffectCursor cursor = new EffectCursor();
    private final Entry entry = new Entry();
    private final NativeBuffer scratch = new NativeBuffer(4 << 10);

    EffectApplier(Watches watches) {
        this.watches = watches;
    }

    /** Applies what a transaction wanted, from the record it was logged in. */
    void apply(EffectList effects, long record, Store store, long index) {
        for (int i = 0; i < effects.count(); i++) {
            long key = record + effects.keyOffset(i);
            int keyLength = effects.keyLength(i);
            long value = record + effects.valueOffset(i);
            int valueLength = effects.valueLength(i);
            apply(store, effects.effect(i), key, keyLength, value, valueLength, effects.number(i), index, i);
        }
    }

    /**
     * Whether the store surely takes a record. What removes a key or changes its deadline needs no room, so a full store
     * still follows; it is only told apart from writing where that matters.
     */
    boolean hasRoom(RecordView record, Store store) {
        return store.isSureToTake(record.commandCount()) || hasRoom(puts(record), store);
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
            if (effect == null) {
                return unknown(arguments);
            }
            boolean hasKey = effect != Effect.FLUSHALL;
            if (hasKey && arguments.length(1) > Store.MAX_KEY_LENGTH) {
                return "a key of " + arguments.length(1) + " bytes";
            }
            if (effect == Effect.SETRANGE && arguments.parseLong(2) > RespLimits.PROTOCOL_MAX_BULK) {
                return "a value of more than " + arguments.parseLong(2) + " bytes";
            }
        }
        return cursor.problem();
    }

    private static String unknown(Arguments arguments) {
        return "unknown effect " + arguments.ascii(0) + " with " + (arguments.count() - 1) + " arguments";
    }

    private static boolean hasRoom(int puts, Store store) {
        return puts == 0 || store.canTake(puts);
    }

    private int puts(RecordView record) {
        int puts = 0;
        cursor.wrap(record);
        while (cursor.next()) {
            Effect effect = Effect.of(cursor.arguments());
            if (effect == Effect.MSET) {
                puts += keys(effect, cursor.arguments());
            } else if (effect == Effect.SET || effect == Effect.APPEND || effect == Effect.SETRANGE) {
                puts++;
            }
        }
        return puts;
    }

    /**
     * Applies a record from the log or a primary.
     *
     * @param isRedo whether the store may already contain it, or later ones
     * @return null, or what is wrong with the record: then it is applied up to there and the store is unusable
     */
    String apply(RecordView record, Store store, long index, boolean isRedo) {
        cursor.wrap(record);
        int ordinal = 0;
        while (cursor.next()) {
            Arguments arguments = cursor.arguments();
            Effect effect = Effect.of(arguments);
            if (effect == null) {
                return unknown(arguments);
            }
            if (!isRedo || !contains(store, effect, arguments, index, ordinal)) {
                apply(store, effect, arguments, index, ordinal);
            }
            ordinal += effect == Effect.DEL || effect == Effect.MSET ? keys(effect, arguments) : 1;
        }
        return cursor.problem();
    }

    private static int keys(Effect effect, Arguments arguments) {
        return effect == Effect.DEL ? arguments.count() - 1 : (arguments.count() - 1) / 2;
    }

    /** For effects with one key; those with several check each key by itself. */
    private boolean contains(Store store, Effect effect, Arguments arguments, long index, int ordinal) {
        switch (effect) {
            case FLUSHALL:
                store.removeOlderThan(index, ordinal);
                return true;
            case DEL:
            case MSET:
                redoEach(store, effect, arguments, index, ordinal);
                return true;
            default:
                return contains(store, arguments, 1, index, ordinal);
        }
    }

    private boolean contains(Store store, Arguments arguments, int key, long index, int ordinal) {
        return store.find(arguments.address(key), arguments.length(key), entry) && entry.contains(index, ordinal);
    }

    private void redoEach(Store store, Effect effect, Arguments arguments, long index, int firstOrdinal) {
        int step = effect == Effect.DEL ? 1 : 2;
        int ordinal = firstOrdinal;
        for (int key = 1; key < arguments.count(); key += step, ordinal++) {
            if (!contains(store, arguments, key, index, ordinal)) {
                applyTo(store, effect, arguments, key, index, ordinal);
            }
        }
    }

    private void apply(Store store, Effect effect, Arguments arguments, long index, int ordinal) {
        if (effect == Effect.DEL || effect == Effect.MSET) {
            int step = effect == Effect.DEL ? 1 : 2;
            for (int key = 1, i = 0; key < arguments.count(); key += step, i++) {
                applyTo(store, effect, arguments, key, index, ordinal + i);
            }
        } else {
            applyTo(store, effect, arguments, 1, index, ordinal);
        }
    }

    private void applyTo(Store store, Effect effect, Arguments arguments, int key, long index, int ordinal) {
        if (effect == Effect.FLUSHALL) {
            apply(store, effect, 0, 0, 0, 0, 0, index, ordinal);
            return;
        }
        int value = valueArgument(effect, key);
        boolean hasValue = value > 0;
        apply(
                store,
                effect,
                arguments.address(key),
                arguments.length(key),
                hasValue ? arguments.address(value) : 0,
                hasValue ? arguments.length(value) : 0,
                number(effect, arguments),
                index,
                ordinal);
    }

    private static int valueArgument(Effect effect, int key) {
        switch (effect) {
            case SET:
            case MSET:
            case APPEND:
                return key + 1;
            case SETRANGE:
                return 3;
            default:
                return 0;
        }
    }

    private static long number(Effect effect, Arguments arguments) {
        switch (effect) {
            case SET:
                return arguments.count() == 5 ? arguments.parseLong(4) : Entry.NO_EXPIRY;
            case SETRANGE:
            case PEXPIREAT:
                return arguments.parseLong(2);
            default:
                return Entry.NO_EXPIRY;
        }
    }

    private void apply(
            Store store,
            Effect effect,
            long key,
            int keyLength,
            long value,
            int valueLength,
            long number,
            long index,
            int ordinal) {
        if (effect == Effect.FLUSHALL) {
            watches.removeAll(store);
            store.clear();
            return;
        }
        if (effect == Effect.DEL) {
            watches.remove(key, keyLength);
            store.remove(key, keyLength);
            return;
        }
        watches.touch(key, keyLength);
        switch (effect) {
            case SET:
            case MSET:
                store.put(key, keyLength, value, valueLength, number, Entry.TYPE_STRING, index, ordinal);
                break;
            case APPEND:
                writeOver(store, key, keyLength, -1, value, valueLength, index, ordinal);
                break;
            case SETRANGE:
                writeOver(store, key, keyLength, (int) number, value, valueLength, index, ordinal);
                break;
            case PEXPIREAT:
                store.expire(key, keyLength, number, index, ordinal);
                break;
            case PERSIST:
                store.expire(key, keyLength, Entry.NO_EXPIRY, index, ordinal);
                break;
            default:
                throw new IllegalStateException("effect " + effect);
        }
    }

    /** Writes bytes at an offset of a value, or at its end for -1. In a redo the key may be missing: a later DEL follows. */
    private void writeOver(
            Store store, long key, int keyLength, int offset, long bytes, int length, long index, int ordinal) {
        boolean isFound = store.find(key, keyLength, entry);
        int oldLength = isFound ? entry.valueLength() : 0;
        long deadline = isFound ? entry.expireAtMillis() : Entry.NO_EXPIRY;
        int at = offset < 0 ? oldLength : offset;
        int total = Math.max(oldLength, at + length);
        scratch.ensureCapacity(Math.max(1, total), 0);
        long target = scratch.address();
        if (isFound) {
            Memory.copy(entry.valueAddress(), target, oldLength);
        }
        for (int i = oldLength; i < at; i++) {
            Memory.putByte(target + i, (byte) 0);
        }
        Memory.copy(bytes, target + at, length);
        store.put(key, keyLength, target, total, deadline, Entry.TYPE_STRING, index, ordinal);
        scratch.shrinkTo(1 << 20);
    }

    @Override
    public void close() {
        scratch.close();
    }
}
