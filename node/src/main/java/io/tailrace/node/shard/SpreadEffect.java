package io.tailrace.node.shard;

import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.CollectionType;
import io.tailrace.wire.record.Effect;

/** The effect on a collection of the shard that its key is of. Owned by the thread that runs its {@link SpreadTransaction}. */
final class SpreadEffect extends CollectionEffect {
    private final SpreadTransaction transaction;
    /** Of the shard where the effect was begun. */
    private CollectionEffect begun;

    SpreadEffect(SpreadTransaction transaction) {
        this.transaction = transaction;
    }

    private CollectionEffect of(StoredValue value) {
        begun = transaction.of(value.key(), value.keyLength()).effect();
        return begun;
    }

    @Override
    public void begin(Effect effect, StoredValue value, int count, long bytes) {
        of(value).begin(effect, value, count, bytes);
    }

    @Override
    public void begin(Effect effect, String word, StoredValue value, int count, long bytes) {
        of(value).begin(effect, word, value, count, bytes);
    }

    @Override
    public void beginReplacing(Effect effect, StoredValue value, int count, long bytes) {
        of(value).beginReplacing(effect, value, count, bytes);
    }

    @Override
    public void clear(StoredValue target, long keyAddress, int length, int count, long bytes) {
        ShardTransaction own = transaction.of(keyAddress, length);
        own.effect().clear(own.ownedBy(target), keyAddress, length, count, bytes);
    }

    @Override
    public void argument(long address, int length) {
        begun.argument(address, length);
    }

    @Override
    public void argumentLong(long number) {
        begun.argumentLong(number);
    }

    @Override
    public void argumentDouble(double number) {
        begun.argumentDouble(number);
    }

    @Override
    public void argumentAscii(String text) {
        begun.argumentAscii(text);
    }

    @Override
    public void apply(CollectionType type, StoredValue value) {
        begun.apply(type, value);
    }

    @Override
    public void cancel() {
        begun.cancel();
    }

    @Override
    public void end(StoredValue value, boolean isEmpty) {
        begun.end(value, isEmpty);
    }
}
