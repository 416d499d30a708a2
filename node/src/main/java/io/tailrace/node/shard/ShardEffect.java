package io.tailrace.node.shard;

import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionType;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.resp.Arguments;

/** The effect on a collection of one shard, noted in its record. Owned by the shard's holder; a part of its {@link Transaction}. */
final class ShardEffect extends CollectionEffect {
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

    ShardEffect(EffectLog log, KeyEffects keys, ChangedKeys changed, KeyEvents events) {
        this.log = log;
        this.record = log.record();
        this.keys = keys;
        this.changed = changed;
        this.events = events;
    }

    @Override
    public void begin(Effect begun, StoredValue value, int count, long bytes) {
        begin(begun, null, value, count, bytes);
    }

    @Override
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

    @Override
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

    @Override
    public void clear(StoredValue target, long keyAddress, int length, int count, long bytes) {
        log.requireStoreRoom();
        log.promise(2, 2L * length + bytes + (long) count * EffectLog.ARGUMENT_ROOM);
        if (keys.isStored(keyAddress, length)) {
            keys.deleteToReplace(keyAddress, length);
        }
        target.open(keyAddress, length);
    }

    @Override
    public void argument(long address, int length) {
        note(record.argument(log.moved(address), length));
    }

    @Override
    public void argumentLong(long number) {
        note(record.argumentLong(number));
    }

    @Override
    public void argumentDouble(double number) {
        note(record.argumentDouble(number));
    }

    @Override
    public void argumentAscii(String text) {
        note(record.argument(text));
    }

    private void note(int offset) {
        arguments.add(offset, record.length() - 2 - offset);
    }

    @Override
    public void apply(CollectionType type, StoredValue value) {
        applied.reset();
        for (int i = 0; i < arguments.count(); i++) {
            applied.add(record.address() + arguments.offset(i), arguments.length(i));
        }
        String misfit = type.apply(effect, applied, value);
        assert misfit == null : misfit;
    }

    @Override
    public void cancel() {
        log.cancel(start);
    }

    @Override
    public void end(StoredValue value, boolean isEmpty) {
        boolean isWrite = isEmpty || value.isNew() || effect.isWriteOfKey();
        if (isEmpty) {
            log.truncate(start);
            key = log.delete(log.moved(value.key()), keyLength);
            value.remove();
            events.emptied(effect, record.address() + key, keyLength);
        } else {
            publish(value);
        }
        if (isWrite) {
            changed.touch(key, keyLength);
        } else {
            changed.touchKept(key, keyLength);
        }
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
