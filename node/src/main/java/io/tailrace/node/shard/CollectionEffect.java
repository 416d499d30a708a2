package io.tailrace.node.shard;

import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionType;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.resp.Arguments;

/**
 * The effect on a collection that is being noted: begun, given its arguments one by one while the value changes, and ended. Owned
 * by the shard's reactor thread; a part of its {@link Transaction}.
 */
public final class CollectionEffect {
    private final EffectLog log;
    private final RecordBuilder record;
    private final KeyEffects keys;
    private final ChangedKeys changed;
    private final KeyEvents events;
    private final RecordSlices arguments = new RecordSlices();
    private final Arguments applied = new Arguments();
    private Effect effect;
    private int start;
    private int key;
    private int keyLength;

    CollectionEffect(EffectLog log, KeyEffects keys, ChangedKeys changed, KeyEvents events) {
        this.log = log;
        this.record = log.record();
        this.keys = keys;
        this.changed = changed;
        this.events = events;
    }

    /**
     * Begins an effect: {@link #argument}s of it follow, together with the changes of the value that they stand for, and then
     * {@link #end}. What lies there past its deadline goes first.
     *
     * @param value the opened value; one that is not there must be {@link StoredValue#create}d after this
     * @param count about how many arguments will follow
     * @param bytes of all arguments, at most
     */
    public void begin(Effect begun, StoredValue value, int count, long bytes) {
        begin(begun, null, value, count, bytes);
    }

    /** The same with a word before the key, for {@link Effect#XGROUP}. */
    public void begin(Effect begun, String word, StoredValue value, int count, long bytes) {
        long size = bytes + (long) count * EffectLog.ARGUMENT_ROOM;
        if (value.isHidden()) {
            log.requireStoreRoom();
            log.promise(2, 2L * value.keyLength() + size);
            log.requireStoreRoom();
            keys.delete(value.key(), value.keyLength());
            value.open(value.key(), value.keyLength());
        }
        long keyAddress = log.ask(value.key(), value.keyLength(), size, !value.isThere());
        start = record.length();
        effect = begun;
        arguments.clear();
        record.openCommand(count + (word == null ? 2 : 3));
        note(record.argument(effect.name()));
        if (word != null) {
            note(record.argument(word));
        }
        key = record.argument(keyAddress, value.keyLength());
        note(key);
        keyLength = value.keyLength();
    }

    /**
     * Begins an effect that makes a collection in the place of whatever a key holds, with no deadline. That stays where it is
     * until {@link #end}, so that arguments may lie in it.
     *
     * @param value the opened value, which is absent after this
     */
    public void beginReplacing(Effect begun, StoredValue value, int count, long bytes) {
        log.promise(2, 2L * value.keyLength() + bytes + (long) count * EffectLog.ARGUMENT_ROOM);
        log.requireStoreRoom();
        keys.replacing(value.isThere());
        if (keys.isReplacing()) {
            long keyAddress = log.ask(value.key(), value.keyLength(), 0, false);
            log.delete(keyAddress, value.keyLength());
        }
        begin(begun, null, value, count, bytes);
        value.replace();
    }

    /**
     * Removes whatever a key holds, so that one effect can make a collection in its place, and opens it: {@link #begin} follows.
     *
     * @param count of that effect's arguments
     * @param bytes of them all
     */
    public void clear(StoredValue target, long keyAddress, int length, int count, long bytes) {
        log.requireStoreRoom();
        log.promise(2, 2L * length + bytes + (long) count * EffectLog.ARGUMENT_ROOM);
        if (keys.isStored(keyAddress, length)) {
            keys.deleteToReplace(keyAddress, length);
        }
        target.open(keyAddress, length);
    }

    /** Adds an argument to the effect that was begun. */
    public void argument(long address, int length) {
        note(record.argument(log.moved(address), length));
    }

    public void argumentLong(long number) {
        note(record.argumentLong(number));
    }

    /** Adds a double that reads back as the same number. */
    public void argumentDouble(double number) {
        note(record.argumentDouble(number));
    }

    public void argumentAscii(String text) {
        note(record.argument(text));
    }

    private void note(int offset) {
        arguments.add(offset, record.length() - 2 - offset);
    }

    /** Carries the effect out that was begun, with its arguments so far, as a replica will. */
    public void apply(CollectionType type, StoredValue value) {
        applied.reset();
        for (int i = 0; i < arguments.count(); i++) {
            applied.add(record.address() + arguments.offset(i), arguments.length(i));
        }
        String misfit = type.apply(effect, applied, value);
        assert misfit == null : misfit;
    }

    /** Forgets the effect that was begun: nothing was changed. */
    public void cancel() {
        log.cancel(start);
    }

    /**
     * Ends the effect: the changes become the key's. A collection without elements does not exist, so it is removed, and that is
     * what the log says.
     */
    public void end(StoredValue value, boolean isEmpty) {
        if (isEmpty) {
            log.truncate(start);
            key = log.delete(log.moved(value.key()), keyLength);
            value.remove();
            events.emptied(effect, record.address() + key, keyLength);
        } else {
            publish(value);
        }
        changed.touch(key, keyLength);
        keys.replacing(false);
    }

    private void publish(StoredValue value) {
        int length = record.length();
        record.closeCommand();
        // its number of arguments may have other digits than was expected
        key += record.length() - length;
        if (value.isNew() || value.type() == ValueType.STREAM) {
            changed.make(key, keyLength);
        }
        if (value.isNew() && !keys.isReplacing()) {
            events.made(false, record.address() + key, keyLength);
        }
        value.publish();
        events.changed(effect, record.address() + key, keyLength);
    }
}
