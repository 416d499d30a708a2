package io.tailrace.node.digest;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.Library;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.wire.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/**
 * Digests of a shard's keys, for comparison with those of another node. Owned by the shard's reactor thread.
 *
 * <p>Keys are divided into parts, by a hash that is the same on every node. A part is looked at between two records, so what is said of
 * it is exact for one index of the log, which comes with it; that costs as much as a SCAN of the same keys and their bytes. A value that
 * takes longer is named by its version there, and read in the background on request ({@link #key}): a large collection as it was at one
 * moment, a long string in slices that begin again when it changes.
 *
 * <pre>
 *  entry   mixes of: XXH3 of the key, place of its store, type, deadline, {@link ValueDigest}
 *  part    sum of its entries
 * </pre>
 */
public final class StoreDigest {
    /** A string above this is long. */
    static final int LONG_BYTES = 256 << 10;

    /** So many segments at most are looked at for one part. */
    public static final int MAX_SEGMENTS = 8;

    private static final int MAX_READS = 4;

    /**
     * What there is to compare.
     *
     * @param segments into as many parts, or more, the keys should be divided
     * @param functions a digest of the function libraries
     * @param swapped as {@link Databases#swapped}: which database is in which place
     */
    public record Position(
            int shard,
            long first,
            long last,
            long chain,
            String history,
            long segments,
            long keys,
            long bytes,
            long functions,
            String swapped) {}

    /**
     * A part as it is after a record.
     *
     * @param index of that record
     * @param large how many of its keys need {@link StoreDigest#key}
     */
    public record Part(long index, long keys, long digest, long large) {}

    /**
     * A key as it is after a record. It is known by the place of its store, which SWAPDB does not change.
     *
     * @param version index of the record that wrote it last
     * @param ordinal of the effect in that
     * @param digest of what it holds; of a large value without its content
     */
    public record Key(int place, byte[] key, long version, int ordinal, long digest, boolean isLarge) {}

    /** Keys of a part as they are after a record. */
    public record Keys(long index, List<Key> keys) {}

    private final Shard shard;
    private final Predicate<Runnable> inbox;
    private final EntryVisitor visitor = this::visit;
    private ValueDigest values;
    private long part;
    private long parts;
    private int place;
    private long count;
    private long sum;
    private long large;
    private List<Key> keys;

    /** @param inbox runs tasks of other threads on the reactor's; false when it takes none now */
    public StoreDigest(Shard shard, Predicate<Runnable> inbox) {
        this.shard = shard;
        this.inbox = inbox;
    }

    public Position position() {
        Backlog backlog = shard.backlog();
        Databases databases = shard.databases();
        long segments = 1;
        for (Store store : databases.stores()) {
            segments = Math.max(segments, store.segments());
        }
        long functions = 0;
        for (Library library : shard.libraries().all()) {
            functions += ValueDigest.mix(hash(library.name().getBytes(StandardCharsets.UTF_8)), hash(library.code()));
        }
        return new Position(
                shard.id(),
                backlog.servedFrom(),
                backlog.lastIndex(),
                backlog.lastChain(),
                shard.history().current() == null
                        ? ""
                        : shard.history().current().id(),
                segments,
                databases.keys(),
                databases.dataBytes(),
                functions,
                databases.swapped());
    }

    /** The chain at a record, or null when it is not in the log here. */
    public Long chain(long index) {
        Backlog backlog = shard.backlog();
        if (index == backlog.lastIndex()) {
            return backlog.lastChain();
        }
        if (!backlog.serves(index)) {
            return null;
        }
        try (BacklogReader reader = backlog.reader()) {
            return reader.readAt(index).chain();
        }
    }

    /** How many parts are too few, or 0: each of them would take too long. */
    public long leastParts(long wanted) {
        long least = 1;
        for (Store store : shard.databases().stores()) {
            least = Math.max(least, store.segments() / MAX_SEGMENTS);
        }
        return wanted < least ? least : 0;
    }

    /** One of this many parts, a power of two. */
    public Part part(long wanted, long of) {
        keys = null;
        look(wanted, of);
        return new Part(shard.backlog().lastIndex(), count, sum, large);
    }

    /** The same, key by key. */
    public Keys keys(long wanted, long of) {
        List<Key> found = new ArrayList<>();
        keys = found;
        look(wanted, of);
        keys = null;
        return new Keys(shard.backlog().lastIndex(), found);
    }

    private void look(long wanted, long of) {
        part = wanted;
        parts = of;
        count = 0;
        sum = 0;
        large = 0;
        Databases databases = shard.databases();
        try (ValueDigest ofThis = new ValueDigest()) {
            values = ofThis;
            for (Store store : databases.stores()) {
                place = store.place();
                int segments = store.segments();
                for (long segment = part & segments - 1; segment < segments; segment += parts) {
                    store.scan((int) segment, visitor);
                }
            }
        } finally {
            values = null;
        }
    }

    private void visit(long key, int keyLength, Entry entry) {
        if (Store.part(key, keyLength, parts) != part) {
            return;
        }
        boolean isLarge = isLarge(entry);
        long content = isLarge ? ValueDigest.mix(entry.version(), entry.ordinal()) : content(entry);
        long digest = digest(place, Memory.hash64(key, keyLength), entry, content);
        count++;
        sum += digest;
        large += isLarge ? 1 : 0;
        if (keys != null) {
            byte[] name = Memory.toBytes(key, keyLength);
            keys.add(new Key(place, name, entry.version(), entry.ordinal(), digest, isLarge));
        }
    }

    private static boolean isLarge(Entry entry) {
        return entry.isTree() || entry.type() == ValueType.STRING && entry.valueLength() > LONG_BYTES;
    }

    private long content(Entry entry) {
        return content(entry, values, shard.types());
    }

    static long content(Entry entry, ValueDigest values, CollectionTypes types) {
        return entry.type() == ValueType.STRING
                ? Memory.hash64(entry.valueAddress(), entry.valueLength())
                : values.packed(types.of(entry.type()), entry.valueAddress(), entry.valueLength());
    }

    static long digest(int place, long key, Entry entry, long content) {
        return ValueDigest.mix(prefix(place, key, entry), content);
    }

    /** What the content is mixed into. */
    static long prefix(int place, long key, Entry entry) {
        long ofKey = ValueDigest.mix(ValueDigest.mix(key, place), entry.type());
        return ValueDigest.mix(ofKey, entry.expireAtEpochMs());
    }

    private static long hash(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return ValueDigest.mix(bytes.length, checksum.getValue());
    }

    /** Whether as many values are being read as may be at a time: ask again a little later. */
    public boolean isBusy() {
        return shard.reads().count() >= MAX_READS;
    }

    /**
     * Reads all of a key, in the background if it takes long.
     *
     * @param answer is given what it holds, on the reactor thread: a key, none if it is not there, or null when that could not be found
     *     out because it changes too fast, or because the shard's data is being replaced
     */
    public void key(int ofPlace, byte[] name, Consumer<Keys> answer) {
        new KeyRead(shard, inbox, ofPlace, name, answer).begin();
    }
}
