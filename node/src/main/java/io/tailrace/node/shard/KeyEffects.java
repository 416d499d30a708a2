package io.tailrace.node.shard;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.RecordBuilder;

/**
 * The effects on strings, deadlines and whole keys: each is noted in the record and carried out on the store. Owned by the shard's
 * reactor thread; a part of its {@link Transaction}, which says what each of them means.
 */
final class KeyEffects {
    private final EffectLog log;
    private final RecordBuilder record;
    private final SelectedDatabase selected;
    private final ChangedKeys changed;
    private final KeyEvents events;
    private final Entry before = new Entry();
    /** The next effect makes a key in the place of one that was removed for it: nothing is told of a new key. */
    private boolean isReplacing;

    KeyEffects(EffectLog log, SelectedDatabase selected, ChangedKeys changed, KeyEvents events) {
        this.log = log;
        this.record = log.record();
        this.selected = selected;
        this.changed = changed;
        this.events = events;
    }

    void begin() {
        isReplacing = false;
    }

    boolean isReplacing() {
        return isReplacing;
    }

    void replacing(boolean isOn) {
        isReplacing = isOn;
    }

    void set(long keyAddress, int keyLength, long newValue, int newLength, long deadlineEpochMs) {
        long key = log.ask(keyAddress, keyLength, newLength, true);
        long source = log.moved(newValue);
        record.command(deadlineEpochMs == Entry.NO_EXPIRY ? 3 : 5);
        record.argument(Effect.SET.name());
        int keyOffset = record.argument(key, keyLength);
        int valueOffset = record.argument(source, newLength);
        deadlineArguments(deadlineEpochMs);
        put(keyOffset, keyLength, valueOffset, newLength, deadlineEpochMs);
    }

    void setLong(long keyAddress, int keyLength, long number, long deadlineEpochMs) {
        long key = log.ask(keyAddress, keyLength, 0, true);
        record.command(deadlineEpochMs == Entry.NO_EXPIRY ? 3 : 5);
        record.argument(Effect.SET.name());
        int keyOffset = record.argument(key, keyLength);
        int valueOffset = record.argumentLong(number);
        int length = record.length() - valueOffset - 2;
        deadlineArguments(deadlineEpochMs);
        put(keyOffset, keyLength, valueOffset, length, deadlineEpochMs);
    }

    private void put(int keyOffset, int keyLength, int valueOffset, int length, long deadlineEpochMs) {
        long base = record.address();
        noteMade(base + keyOffset, keyLength);
        selected.store().put(base + keyOffset, keyLength, base + valueOffset, length, deadlineEpochMs);
        changed.touch(keyOffset, keyLength);
        events.changed(Effect.SET, base + keyOffset, keyLength);
        if (deadlineEpochMs != Entry.NO_EXPIRY) {
            events.changedDeadline(base + keyOffset, keyLength);
        }
    }

    private void deadlineArguments(long deadlineEpochMs) {
        if (deadlineEpochMs != Entry.NO_EXPIRY) {
            record.argument("PXAT");
            record.argumentLong(deadlineEpochMs);
        }
    }

    /** Before an effect that may make a key. */
    private void noteMade(long keyAddress, int keyLength) {
        if (events.isOn()) {
            boolean isStored = isStored(keyAddress, keyLength);
            boolean wasExpired = isStored && selected.isPast(before.expireAtEpochMs());
            if (!isStored || wasExpired) {
                events.made(wasExpired, keyAddress, keyLength);
            }
        }
    }

    void append(long keyAddress, int keyLength, long bytes, int length) {
        long key = log.ask(keyAddress, keyLength, length, true);
        long source = log.moved(bytes);
        record.command(3);
        record.argument(Effect.APPEND.name());
        int keyOffset = record.argument(key, keyLength);
        int offset = record.argument(source, length);
        long base = record.address();
        selected.store().writePart(base + keyOffset, keyLength, Store.AT_END, base + offset, length);
        changed.touch(keyOffset, keyLength);
        events.changed(Effect.APPEND, base + keyOffset, keyLength);
    }

    void setRange(long keyAddress, int keyLength, int offset, long bytes, int length) {
        removeExpired(keyAddress, keyLength, length);
        long key = log.ask(keyAddress, keyLength, length, true);
        long source = log.moved(bytes);
        record.command(4);
        record.argument(Effect.SETRANGE.name());
        int keyOffset = record.argument(key, keyLength);
        record.argumentLong(offset);
        int partOffset = record.argument(source, length);
        long base = record.address();
        if (!isReplacing) {
            noteMade(base + keyOffset, keyLength);
        }
        isReplacing = false;
        selected.store().writePart(base + keyOffset, keyLength, offset, base + partOffset, length);
        changed.touch(keyOffset, keyLength);
        if (!changed.isKeeping()) {
            events.changed(Effect.SETRANGE, base + keyOffset, keyLength);
        }
    }

    void setRaw(long keyAddress, int keyLength, long bytes, int length, long deadlineEpochMs) {
        log.promise(3, 3L * keyLength + length);
        log.requireStoreRoom();
        if (isStored(keyAddress, keyLength)) {
            deleteToReplace(keyAddress, keyLength);
        }
        setRange(keyAddress, keyLength, 0, bytes, length);
        if (deadlineEpochMs != Entry.NO_EXPIRY) {
            events.mute(true);
            expire(keyAddress, keyLength, deadlineEpochMs);
            events.mute(false);
        }
    }

    /** A key gets what another one holds: told before it is done. */
    void tellAssigned(StoredValue from, int fromDatabase, long newKey, int newKeyLength, boolean isMoved) {
        if (events.isOn()) {
            events.assigned(isMoved, fromDatabase, from.key(), from.keyLength(), newKey, newKeyLength);
        }
    }

    /** Whether the store holds the key, past its deadline or not. */
    boolean isStored(long keyAddress, int keyLength) {
        return selected.store().find(keyAddress, keyLength, before);
    }

    private boolean isExpired(long keyAddress, int keyLength) {
        return isStored(keyAddress, keyLength) && selected.isPast(before.expireAtEpochMs());
    }

    /** @param bytes of the effect that follows, beyond the key */
    private void removeExpired(long keyAddress, int keyLength, long bytes) {
        if (isExpired(keyAddress, keyLength)) {
            log.requireStoreRoom();
            log.promise(2, 2L * keyLength + bytes);
            log.requireStoreRoom();
            delete(keyAddress, keyLength);
        }
    }

    void deleteToReplace(long keyAddress, int keyLength) {
        boolean isTold = events.isOn() && isExpired(keyAddress, keyLength);
        isReplacing = !isTold;
        events.mute(!isTold);
        delete(keyAddress, keyLength);
        events.mute(false);
    }

    void delete(long keyAddress, int keyLength) {
        long key = log.ask(keyAddress, keyLength, 0, false);
        int keyOffset = log.delete(key, keyLength);
        long base = record.address();
        if (events.isOn() && isStored(base + keyOffset, keyLength)) {
            events.removed(selected.isPast(before.expireAtEpochMs()), before.type(), base + keyOffset, keyLength);
        }
        selected.store().remove(base + keyOffset, keyLength);
        changed.remove(keyOffset, keyLength);
    }

    void expire(long keyAddress, int keyLength, long deadlineEpochMs) {
        assert deadlineEpochMs != Entry.NO_EXPIRY : "persist() removes a deadline";
        changeDeadline(Effect.PEXPIREAT, keyAddress, keyLength, deadlineEpochMs);
    }

    void persist(long keyAddress, int keyLength) {
        changeDeadline(Effect.PERSIST, keyAddress, keyLength, Entry.NO_EXPIRY);
    }

    private void changeDeadline(Effect effect, long keyAddress, int keyLength, long deadlineEpochMs) {
        long key = log.ask(keyAddress, keyLength, 0, false);
        record.command(effect == Effect.PERSIST ? 2 : 3);
        record.argument(effect.name());
        int keyOffset = record.argument(key, keyLength);
        if (effect == Effect.PEXPIREAT) {
            record.argumentLong(deadlineEpochMs);
        }
        long base = record.address();
        selected.store().expire(base + keyOffset, keyLength, deadlineEpochMs);
        changed.touch(keyOffset, keyLength);
        events.changed(effect, base + keyOffset, keyLength);
    }
}
