package io.tailrace.node.store;

import io.tailrace.node.arena.Arena;
import io.tailrace.node.platform.Background;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.EntryImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.openhft.chronicle.algo.hashing.LongHashFunction;

/**
 * The keys and values of one database of a shard, off heap. Owned and closed by the shard's reactor thread, its only writer; one other
 * thread may walk it meanwhile ({@link #beginWalk}).
 *
 * <p>The store is derived from the log and never persisted: Chronicle Map in memory, each entry stamped with the index of
 * the record that wrote it. Nothing here decides what to write; {@link #canTake} must be asked before anything is written,
 * because a growing put that fails corrupts the map (measured; the library frees the old chunks first).
 *
 * <p>Strings lie in the map, or in blocks beside it; collections in an {@link Arena}, of which the map's entry holds an
 * address, see {@link StoredValue}. A transaction that may have to be rolled back is bracketed by {@link StoreUndo}.
 *
 * <pre>
 *  {@link Generations}   what it holds now, and what it held before FLUSHALL while that is needed
 *  {@link MapEntries}    look-ups and writes in the map, or in both while it moves
 *  {@link StringWriter}  strings, in their place where that is possible
 *  {@link References}    what entries refer to outside of the map
 *  {@link StoreUndo}     what a transaction may bring back
 * </pre>
 *
 * <p>Writes cost one look-up and allocate nothing. Keys are 0 to {@value #MAX_KEY_LENGTH} bytes, strings up to 2 GiB.
 */
public final class Store implements AutoCloseable {
    /** The longest key of a client. */
    public static final int MAX_KEY_LENGTH = StoreSizing.MAX_KEY_LENGTH;

    /** As an offset: after the last byte. */
    public static final int AT_END = StringWriter.AT_END;

    private final Libraries libraries = new Libraries();
    private final EffectPosition position = new EffectPosition();
    private final Generations generations;
    private final References references;
    private final MapEntries entries;
    private final EntryBuilder builder;
    private final StoreUndo undo;
    private final StringWriter strings;
    private final StoreFigures figures;
    private final Entry found = new Entry();
    private int place;

    public Store(StoreSizing sizing) {
        this(sizing, sizing, Background.THREADS);
    }

    /**
     * @param sizing of a store of which nothing is known, or that was emptied
     * @param now of this one at first
     * @param background makes larger maps, and gives back the memory of maps that are not needed any more
     */
    public Store(StoreSizing sizing, StoreSizing now, Background background) {
        this(sizing, now, StoreMap::new, background);
    }

    Store(StoreSizing sizing, StoreSizing now, Function<StoreSizing, StoreMap> maker, Background background) {
        generations = new Generations(sizing, now, maker, background);
        references = new References(generations);
        entries = new MapEntries(generations, references, position);
        builder = new EntryBuilder(generations);
        undo = new StoreUndo(generations, references, entries, builder, libraries);
        strings = new StringWriter(generations, references, undo, entries, builder, position);
        figures = new StoreFigures(generations, references, entries);
    }

    Store inPlace(int newPlace) {
        place = newPlace;
        return this;
    }

    /** Where it is among the {@link Databases} of its shard. */
    public int place() {
        return place;
    }

    /**
     * Makes and drops a small map, in any thread: the library compiles Java at its first one, which takes most of a second
     * and may as well run beside other preparations.
     */
    public static void warmUp() {
        new Store(new StoreSizing(1, 1, 1)).close();
    }

    StoreMaps maps() {
        return generations.now().maps;
    }

    private Totals totals() {
        return generations.now().totals;
    }

    /** Tells how another thread lets the reactor know that {@link #growStep} has something to do. */
    public void onProgress(Runnable wake) {
        generations.wake(wake);
    }

    /** Of memory for maps and values, which a move to a larger map does not exceed; Long.MAX_VALUE for none. */
    public void limit(long bytes) {
        generations.limit(bytes);
    }

    /**
     * Continues a move to a larger map, if one is due or under way. Pointers into the store are invalid after it.
     *
     * @param least how many entries to move besides as many as were put since the last call
     * @return how much was done; not 0 while there is something to do at once
     */
    public int growStep(int least) {
        return maps().growStep(least);
    }

    /** Frees some of what was dropped; returns how much, 0 when there is nothing to free. */
    public int reap(int least) {
        return generations.reap(least);
    }

    /** When keys were used. */
    public AccessClock access() {
        return entries.access();
    }

    /** Uses the clock of all databases from now on. */
    void access(AccessClock shared) {
        entries.access(shared);
    }

    /** Tells the time at which keys are used from here on, epoch milliseconds. */
    public void now(long epochMs) {
        entries.access().now(epochMs);
    }

    /** Function libraries, which nothing that is done to keys concerns. */
    public Libraries libraries() {
        return libraries;
    }

    /** Where collections are. */
    public Arena arena() {
        return generations.now().arena;
    }

    /**
     * Looks a key up, expired or not.
     *
     * @param into is made to point at the entry when there is one
     * @return whether there is one
     */
    public boolean find(long keyAddress, int keyLength, Entry into) {
        return entries.find(keyAddress, keyLength, into);
    }

    /** Of a key, for {@link #touch}. */
    public static long hash(long keyAddress, int keyLength) {
        return MapTables.hash(keyAddress, keyLength);
    }

    /**
     * Brings the entries of keys near that are going to be looked up; changes nothing.
     *
     * @param hashes of the keys by {@link #hash}
     * @return anything
     */
    public long touch(long[] hashes, int count) {
        return entries.touch(hashes, count);
    }

    /**
     * Whether this number of puts, of any allowed size, surely succeed. A put needs at most one new tier of the map, and the
     * tiers left are counted: one is kept in reserve. When there are too few and memory allows, the store begins to move to
     * a map with enough, within the call: pointers into the store are invalid then.
     */
    public boolean canTake(int puts) {
        return maps().canTake(puts);
    }

    /** As {@link #canTake}, of the map as it is. */
    public boolean isSureToTake(int puts) {
        return maps().isSure(puts);
    }

    /** Says which effect makes the changes that follow: the index of its record, and its place in it. */
    public void position(long recordIndex, int effectOrdinal) {
        position.set(recordIndex, effectOrdinal);
    }

    /** Of {@link #position}. */
    public long index() {
        return position.index();
    }

    /** Of {@link #position}. */
    public int ordinal() {
        return position.ordinal();
    }

    /**
     * Inserts or replaces a string. The value may lie in this store's own memory, but for that of the same key.
     *
     * @param expireAtEpochMs epoch milliseconds or {@link Entry#NO_EXPIRY}
     */
    public void put(long keyAddress, int keyLength, long valueAddress, int valueLength, long expireAtEpochMs) {
        strings.put(keyAddress, keyLength, valueAddress, valueLength, expireAtEpochMs);
    }

    /** The type of a key that comes from a snapshot or a frame. */
    public static int typeOf(EntryImage image) {
        return EntryLayout.type(image.type());
    }

    /** What OBJECT ENCODING remembers of it. */
    public static int encodingOf(EntryImage image) {
        return EntryLayout.encoding(image.type());
    }

    /** Inserts or replaces a string by what a snapshot or a frame says. */
    public void put(EntryImage image) {
        long entry = builder.build(image.keyLength(), image.valueAddress(), image.valueLength(), image.type());
        builder.stamp(image.expireAtEpochMs(), image.version(), image.ordinal());
        entries.write(image.keyAddress(), image.keyLength(), entry, builder.length(), false);
    }

    /**
     * Writes bytes into the string of a key at an offset, or {@link #AT_END}, filling with zero bytes up to it. The deadline stays;
     * a key that is absent, or holds another type, counts as an empty string.
     */
    public void writePart(long keyAddress, int keyLength, int offset, long bytes, int length) {
        strings.writePart(keyAddress, keyLength, offset, bytes, length);
    }

    /** Inserts the entry of a collection; what an entry of the key had before is dropped. Gives its address in the map. */
    long insertReference(long keyAddress, int keyLength, byte kind, long expireAtEpochMs, long reference, long rest) {
        undo.touch(keyAddress, keyLength);
        long entry = builder.reference(kind, reference, rest);
        builder.stamp(expireAtEpochMs, position.index(), position.ordinal());
        entries.write(keyAddress, keyLength, entry, builder.length(), false);
        entries.find(keyAddress, keyLength, found);
        return found.address();
    }

    /** Of a key that is there: makes it one that was used like another. */
    public void setAccess(long keyAddress, int keyLength, int newAccess) {
        if (find(keyAddress, keyLength, found)) {
            AccessClock.put(found.address(), newAccess);
        }
    }

    /** Removes one entry with all that it refers to; returns whether there was one. */
    public boolean remove(long keyAddress, int keyLength) {
        undo.touch(keyAddress, keyLength);
        return entries.remove(keyAddress, keyLength);
    }

    /** Gives a key's value to another one, in the place of any that it had; the deadline goes with it. */
    public void rename(long keyAddress, int keyLength, long newKey, int newKeyLength) {
        boolean isFound = find(keyAddress, keyLength, found);
        assert isFound : "no such key";
        undo.touch(keyAddress, keyLength);
        undo.touch(newKey, newKeyLength);
        find(keyAddress, keyLength, found);
        int length = found.length();
        long entry = builder.copy(found.address(), length);
        builder.stamp(found.expireAtEpochMs(), position.index(), position.ordinal());
        // what the entry refers to is the new key's from here on
        references.keep(true);
        entries.remove(keyAddress, keyLength);
        references.keep(false);
        entries.write(newKey, newKeyLength, entry, length, false);
    }

    /** Changes when a key expires, in place; returns whether there is such a key. */
    public boolean expire(long keyAddress, int keyLength, long expireAtEpochMs) {
        undo.touch(keyAddress, keyLength);
        return entries.expire(keyAddress, keyLength, expireAtEpochMs);
    }

    /** Writes the entry of a small collection while a walk may copy it: under the lock of its segment. */
    void writeLocked(long keyAddress, int keyLength, Runnable change) {
        entries.writeLocked(keyAddress, keyLength, change);
    }

    boolean isWalked() {
        return maps().isWalked();
    }

    /** What entries refer to outside of the map. */
    References references() {
        return references;
    }

    /** What brackets a transaction that may have to be rolled back. */
    StoreUndo undo() {
        return undo;
    }

    /**
     * Removes everything, by beginning with other contents: a walk under way continues over the old ones, which are closed at
     * its end. What the walk still emits is older than the FLUSHALL effect, and redo removes it again.
     */
    public void clear() {
        generations.clear(undo.isActive());
    }

    /** Frees contents that were cleared away while there were views of them, if there are none left. */
    public void closeRetired() {
        generations.closeRetired();
    }

    /** Removes what does not contain the effect of {@link #position}: a FLUSHALL done again. */
    public void removeOlder() {
        List<byte[]> older = new ArrayList<>();
        for (int segment = 0; segment < segments(); segment++) {
            scan(segment, (keyAddress, keyLength, entry) -> {
                if (!entry.contains(position.index(), position.ordinal())) {
                    older.add(Memory.toBytes(keyAddress, keyLength));
                }
            });
            for (byte[] key : older) {
                remove(builder.key(key), key.length);
            }
            older.clear();
        }
    }

    /**
     * Into how many parts {@link #scan} divides the keys, a power of two. It changes when a move ends and when the store
     * is emptied: part {@code s} of {@code n} becomes {@code s}, {@code s + n}, {@code s + 2n} and so on, or the reverse.
     */
    public int segments() {
        return maps().scan().segments();
    }

    /**
     * In which of this many parts a key is, a power of two: as {@link #scan} divides keys, whatever the number of segments here, so that
     * it is the same in every store.
     */
    public static long part(long keyAddress, int keyLength, long parts) {
        return LongHashFunction.xx_r39().hashMemory(keyAddress, keyLength) & parts - 1;
    }

    /** Visits the entries of one segment, on the reactor thread. */
    public void scan(int segment, EntryVisitor visitor) {
        maps().scan().segment(segment, visitor);
    }

    /** Begins a walk for another thread, at most one at a time. */
    public StoreWalk beginWalk() {
        return generations.beginWalk();
    }

    /** Ends the walk, on the reactor thread, after the walking thread is done with it. */
    public void endWalk() {
        generations.endWalk();
    }

    /** Where keys are whose deadline has come. */
    public DueSegments due() {
        return generations.now().due;
    }

    /** What it takes, and how far it has grown. */
    public StoreFigures figures() {
        return figures;
    }

    public long keys() {
        return totals().keys;
    }

    /** Keys that have a deadline. */
    public long expiringKeys() {
        return totals().expiringKeys;
    }

    /** Bytes that keys and values take in maps and outside of them: what {@code max-memory} limits. */
    public long usedBytes() {
        return totals().usedBytes();
    }

    /** The first segment with keys from one on, going round, or -1 when there is none. */
    public int nextWithKeys(int segment) {
        return maps().nextWithKeys(segment);
    }

    @Override
    public void close() {
        generations.close();
        builder.close();
        references.close();
    }
}
