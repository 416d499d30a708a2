package io.tailrace.node.digest;

import io.tailrace.node.digest.StoreDigest.Key;
import io.tailrace.node.digest.StoreDigest.Keys;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.SharedReads;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.FrozenValue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one key for its digest. Begun by the shard's reactor thread, which answers.
 *
 * <pre>
 *  what it is          who reads it, as it is when
 *  large collection    a thread of the background, as it was frozen at the start
 *  long string         the reactor, a slice each time the background asks for one; from the start again if it changed
 *  anything else       the reactor, at once
 * </pre>
 */
final class KeyRead {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRead.class);
    private static final int SLICE = 256 << 10;
    private static final int ELEMENTS = 1_000;
    private static final int MAX_BEGINS = 20;
    private static final long BETWEEN_SLICES_NANOS = 200_000;
    private static final long RETRY_NANOS = 1_000_000;

    private final Shard shard;
    private final Predicate<Runnable> inbox;
    private final int place;
    private final byte[] name;
    private final Consumer<Keys> answer;
    private SharedReads.Read read;

    // of a long string, on the reactor
    private Key sliced;
    private int offset;
    private long sum;
    private int begins;

    private volatile boolean isSliceDue;
    private volatile boolean isOver;

    KeyRead(Shard shard, Predicate<Runnable> inbox, int place, byte[] name, Consumer<Keys> answer) {
        this.shard = shard;
        this.inbox = inbox;
        this.place = place;
        this.name = name;
        this.answer = answer;
    }

    /** On the reactor thread. */
    void begin() {
        withValue(value -> {
            if (value == null) {
                answer.accept(new Keys(last(), List.of()));
            } else if (value.isTree()) {
                freeze(value);
            } else if (isLong(value.entry())) {
                begin(null, slices());
            } else {
                try (ValueDigest values = new ValueDigest()) {
                    answer.accept(one(last(), value, StoreDigest.content(value.entry(), values, shard.types())));
                }
            }
        });
    }

    private static boolean isLong(Entry entry) {
        return entry.type() == ValueType.STRING && entry.valueLength() > StoreDigest.LONG_BYTES;
    }

    private long last() {
        return shard.backlog().lastIndex();
    }

    private Keys one(long index, StoredValue value, long content) {
        return new Keys(index, List.of(key(value.entry(), hash(value), content)));
    }

    private static long hash(StoredValue value) {
        return Memory.hash64(value.key(), value.keyLength());
    }

    private Key key(Entry entry, long hash, long content) {
        long digest = StoreDigest.digest(place, hash, entry, content);
        return new Key(place, name, entry.version(), entry.ordinal(), digest, false);
    }

    private void withValue(Consumer<StoredValue> action) {
        try (NativeBuffer key = new NativeBuffer(Math.max(1, name.length))) {
            Memory.copyIn(name, 0, key.address(), name.length);
            Store store = shard.databases().at(place);
            StoredValue value = store == null ? null : new StoredValue(store);
            action.accept(value != null && value.open(key.address(), name.length) ? value : null);
        }
    }

    private void begin(FrozenValue frozen, Work work) {
        read = shard.reads().begin(frozen);
        shard.reads().doneBy(read, shard.settings().background().start("digest-" + shard.id(), work));
    }

    private void freeze(StoredValue value) {
        long index = last();
        Entry entry = value.entry();
        long version = entry.version();
        int ordinal = entry.ordinal();
        long prefix = StoreDigest.prefix(place, hash(value), entry);
        FrozenValue frozen = shard.types().freeze(value);
        begin(frozen, new FrozenWork(frozen, content -> {
            long digest = ValueDigest.mix(prefix, content);
            return new Keys(index, List.of(new Key(place, name, version, ordinal, digest, false)));
        }));
    }

    /** Reads a frozen collection, on a thread of the background. */
    private final class FrozenWork implements Work {
        private final ValueDigest values = new ValueDigest();
        private final FrozenValue frozen;
        private final LongFunction<Keys> whole;
        private ValueDigest.Large large;
        private Keys keys;
        private boolean isRead;

        FrozenWork(FrozenValue frozen, LongFunction<Keys> whole) {
            this.frozen = frozen;
            this.whole = whole;
        }

        @Override
        public long step() {
            if (!isRead && !read.isCancelled()) {
                readSome();
                if (!isRead) {
                    return MORE;
                }
            }
            boolean isTold = inbox.test(() -> end(keys));
            if (!isTold && !read.isCancelled()) {
                return RETRY_NANOS;
            }
            if (large != null) {
                large.close();
            }
            values.close();
            return OVER;
        }

        private void readSome() {
            try {
                large = large == null ? values.large(frozen) : large;
                isRead = !large.some(ELEMENTS);
                keys = isRead ? whole.apply(large.digest()) : null;
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "shard={}: a {} can't be read: {}",
                        shard.id(),
                        ValueType.name(frozen.type().type()),
                        e.toString());
                isRead = true;
            }
        }
    }

    /** On the reactor thread. */
    private void end(Keys keys) {
        isOver = true;
        read.end();
        shard.databases().stores().forEach(store -> store.closeRetired());
        answer.accept(keys);
    }

    /** Asks the reactor for slice after slice, on a thread of the background. */
    private Work slices() {
        return () -> {
            if (read.isCancelled()) {
                inbox.test(() -> end(null));
                return Work.OVER;
            }
            if (isOver) {
                return Work.OVER;
            }
            if (!isSliceDue) {
                isSliceDue = true;
                if (!inbox.test(this::slice)) {
                    isSliceDue = false;
                }
            }
            return BETWEEN_SLICES_NANOS;
        };
    }

    /** On the reactor thread. */
    private void slice() {
        if (isOver || read.isCancelled()) {
            return;
        }
        withValue(value -> {
            if (value == null || !isLong(value.entry())) {
                end(null);
                return;
            }
            Entry entry = value.entry();
            boolean isSame =
                    sliced != null && sliced.version() == entry.version() && sliced.ordinal() == entry.ordinal();
            if (!isSame && ++begins > MAX_BEGINS) {
                end(null);
                return;
            }
            if (!isSame) {
                sliced = key(entry, hash(value), 0);
                offset = 0;
                sum = 0;
            }
            int length = Math.min(SLICE, entry.valueLength() - offset);
            sum = ValueDigest.mix(sum, entry.valueAddress() + offset, length);
            offset += length;
            if (offset == entry.valueLength()) {
                end(one(last(), value, sum));
            }
        });
        isSliceDue = false;
    }
}
