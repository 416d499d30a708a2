package io.tailrace.node.store;

import io.tailrace.node.arena.Arena;
import io.tailrace.node.arena.Tree;
import io.tailrace.node.platform.Background;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.EntryImage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;

/**
 * The keys and values of one database of a shard, off heap. Owned and closed by the shard's reactor thread, its only writer; one other
 * thread may walk it meanwhile ({@link #beginWalk}).
 *
 * <p>The store is derived from the log and never persisted: Chronicle Map in memory, each entry stamped with the index of
 * the record that wrote it. Nothing here decides what to write; {@link #canTake} must be asked before anything is written,
 * because a growing put that fails corrupts the map (measured; the library frees the old chunks first).
 *
 * <p>Strings lie in the map, or in blocks beside it; collections in an {@link Arena}, of which the map's entry holds an
 * address, see {@link StoredValue}. A transaction that may have to be taken back is bracketed by {@link #beginUndo} and
 * {@link #commit} or {@link #rollBack}.
 *
 * <p>Writes cost one look-up and allocate nothing. Keys are 0 to {@value #MAX_KEY_LENGTH} bytes, strings up to 2 GiB.
 */
public final class Store implements AutoCloseable {
    /** The longest key of a client. */
    public static final int MAX_KEY_LENGTH = 64 << 10;

    /** As an offset: after the last byte. */
    public static final int AT_END = -1;

    private final StoreSizing sizing;
    private final Function<StoreSizing, StoreMap> maker;
    private final Background background;
    private final Libraries libraries = new Libraries();
    private final Undo undo = new Undo();
    private final UndoOwner owner = new UndoOwner();
    private final PointerBytesStore keyBytes = new PointerBytesStore();
    private final PointerBytesStore valueBytes = new PointerBytesStore();
    private AccessClock access = new AccessClock();
    private final Slice keySlice = new Slice();
    private final Slice valueSlice = new Slice();
    private final Entry found = new Entry();
    private Contents contents;
    private Contents walked;
    private Contents undone;
    private final List<Contents> retired = new ArrayList<>();
    private boolean isReferenceKept;
    private boolean isUse;
    private EntryBuilder builder;
    private StoreMaps maps;
    private Totals totals;
    private long index;
    private int ordinal;
    private long limitBytes = Long.MAX_VALUE;
    private Runnable wake = () -> {};
    private long movesBefore;
    private StoreWalk walk;
    private long stepAtBegin;
    private boolean isWalkSpoiled;
    private int place;

    public Store(StoreSizing sizing) {
        this(sizing, sizing, Background.THREADS);
    }

    /**
     * @param sizing of a store of which nothing is known, or that was emptied
     * @param now of this one as it begins
     * @param background makes larger maps, and gives the memory of maps back that are not needed any more
     */
    public Store(StoreSizing sizing, StoreSizing now, Background background) {
        this(sizing, now, StoreMap::new, background);
    }

    Store(StoreSizing sizing, StoreSizing now, Function<StoreSizing, StoreMap> maker, Background background) {
        this.sizing = sizing;
        this.maker = maker;
        this.background = background;
        use(new Contents(sizing, now, maker, background));
    }

    Store inPlace(int newPlace) {
        place = newPlace;
        return this;
    }

    /** Where it is among the {@link Databases} of its shard. */
    public int place() {
        return place;
    }

    private void use(Contents newContents) {
        contents = newContents;
        maps = newContents.maps;
        totals = newContents.totals;
        maps.wake(wake);
        maps.limit(limitBytes);
        if (builder != null) {
            builder.close();
        }
        builder = new EntryBuilder(newContents.largeValues);
    }

    /**
     * Makes and drops a small map, in any thread: the library compiles Java at its first one, which takes most of a second
     * and may as well go on beside other preparations.
     */
    public static void warmUp() {
        new Store(new StoreSizing(1, 1, 1)).close();
    }

    /** Tells how another thread lets the reactor know that {@link #growSome} has something to do. */
    public void onProgress(Runnable newWake) {
        wake = newWake;
        maps.wake(newWake);
    }

    /** Of memory for maps and values, which a move to a larger map does not exceed; Long.MAX_VALUE for none. */
    public void limit(long bytes) {
        limitBytes = bytes;
        maps.limit(bytes);
    }

    /**
     * Goes on with a move to a larger map, if one is due or under way. Pointers into the store are void after it.
     *
     * @param least how many entries to move besides as many as were put since the last call
     * @return how much was done; not 0 while there is something to do at once
     */
    public int growSome(int least) {
        return maps.growSome(least);
    }

    /** Frees some of what was dropped; returns how much, 0 when there is nothing to free. */
    public int reap(int least) {
        return contents.arena.reap(least);
    }

    /** When keys were used. */
    public AccessClock access() {
        return access;
    }

    /** Uses the clock of all databases from now on. */
    void access(AccessClock shared) {
        access = shared;
    }

    /** Tells the time at which keys are used from here on, epoch milliseconds. */
    public void now(long millis) {
        access.now(millis);
    }

    /** Function libraries, which nothing that is done to keys concerns. */
    public Libraries libraries() {
        return libraries;
    }

    /** Where collections are. */
    public Arena arena() {
        return contents.arena;
    }

    /**
     * Looks a key up, expired or not.
     *
     * @param into is made to point at the entry when there is one
     * @return whether there is one
     */
    public boolean find(long keyAddress, int keyLength, Entry into) {
        keySlice.set(keyAddress, keyLength);
        boolean isFound = maps.current().find(keySlice, valueSlice)
                || maps.previous() != null && maps.previous().find(keySlice, valueSlice);
        if (isFound) {
            into.wrap(valueSlice.address, (int) valueSlice.length);
        }
        return isFound;
    }

    /**
     * Whether so many puts, of any allowed size, surely succeed. A put needs at most one new tier of the map, and the
     * tiers left are counted: one is kept in reserve. When there are too few and memory allows, the store begins to move to
     * a map with enough, within the call: pointers into the store are void then.
     */
    public boolean canTake(int puts) {
        return maps.canTake(puts);
    }

    /** As {@link #canTake}, of the map as it is. */
    public boolean isSureToTake(int puts) {
        return maps.isSure(puts);
    }

    /** Says which effect makes the changes that follow: the index of its record, and its place in it. */
    public void position(long recordIndex, int effectOrdinal) {
        index = recordIndex;
        ordinal = effectOrdinal;
    }

    /** Of {@link #position}. */
    public long index() {
        return index;
    }

    /** Of {@link #position}. */
    public int ordinal() {
        return ordinal;
    }

    /**
     * Inserts or replaces a string. The value may lie in this store's own memory, but for that of the same key.
     *
     * @param expireAtMillis epoch milliseconds or {@link Entry#NO_EXPIRY}
     */
    public void put(long keyAddress, int keyLength, long valueAddress, int valueLength, long expireAtMillis) {
        boolean isInline = EntryBuilder.isInline(keyLength, valueLength);
        boolean isPlain = isInline && expireAtMillis == Entry.NO_EXPIRY && !maps.isWalked() && !undo.isActive();
        if (isPlain) {
            long same = sameSizeEntry(keyAddress, keyLength, valueLength);
            if (same != 0) {
                overwrite(same, valueAddress, valueLength);
                return;
            }
        }
        touch(keyAddress, keyLength);
        long entry = builder.build(keyLength, valueAddress, valueLength, (byte) ValueType.STRING);
        builder.stamp(expireAtMillis, index, ordinal);
        isUse = true;
        write(keyAddress, keyLength, entry, builder.length());
        isUse = false;
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
        builder.stamp(image.expireAtMillis(), image.version(), image.ordinal());
        write(image.keyAddress(), image.keyLength(), entry, builder.length());
    }

    /**
     * Writes bytes into the string of a key at an offset, or {@link #AT_END}, filling with zero bytes up to it. The deadline stays;
     * a key that is absent, or holds another type, counts as an empty string.
     */
    public void writePart(long keyAddress, int keyLength, int offset, long bytes, int length) {
        boolean isFound = find(keyAddress, keyLength, found) && found.type() == ValueType.STRING;
        int oldLength = isFound ? found.valueLength() : 0;
        long deadline = isFound ? found.expireAtMillis() : Entry.NO_EXPIRY;
        int at = offset == AT_END ? oldLength : offset;
        if (isFound && writeInPlace(keyAddress, keyLength, at, bytes, length)) {
            return;
        }
        touch(keyAddress, keyLength);
        long old = isFound && find(keyAddress, keyLength, found) ? found.valueAddress() : 0;
        long entry = builder.build(keyLength, old, oldLength, at, bytes, length);
        builder.stamp(deadline, index, ordinal);
        write(keyAddress, keyLength, entry, builder.length());
    }

    /**
     * Writes a part of a string in its place, if that takes it and nobody needs the bytes that were there: a transaction that may
     * be taken back, or a walk that is reading them.
     */
    private boolean writeInPlace(long keyAddress, int keyLength, int at, long bytes, int length) {
        boolean isBlock = found.isBlock();
        long value = found.valueAddress();
        long capacity = isBlock ? LargeValues.capacity(value) : found.valueLength();
        touch(keyAddress, keyLength);
        if (at + (long) length > capacity || isBlock && isKeeping() && undo.isKept(value)) {
            return false;
        }
        if (!maps.isWalked()) {
            find(keyAddress, keyLength, found);
            writeFound(at, bytes, length);
            return true;
        }
        return writeInPlaceOf(maps.current(), keyAddress, keyLength, at, bytes, length)
                || maps.previous() != null && writeInPlaceOf(maps.previous(), keyAddress, keyLength, at, bytes, length);
    }

    private boolean writeInPlaceOf(StoreMap map, long keyAddress, int keyLength, int at, long bytes, int length) {
        keyBytes.set(keyAddress, keyLength);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.query(keyBytes, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> entry = query.entry();
            if (entry == null) {
                return false;
            }
            found.wrap(StoreWalk.addressOf(entry.value()), (int) entry.value().size());
            // what is written after the end is not in what a walk has taken
            boolean isInTheWay = found.isBlock()
                    && at < found.valueLength()
                    && contents.largeValues.isRead(found.valueAddress(), query.segmentIndex());
            if (!isInTheWay) {
                writeFound(at, bytes, length);
            }
            return !isInTheWay;
        }
    }

    private void writeFound(int at, long bytes, int length) {
        long entry = found.address();
        int oldLength = found.valueLength();
        EntryBuilder.writePart(found.valueAddress(), oldLength, at, bytes, length);
        if (found.isBlock()) {
            Memory.putLong(entry + EntryLayout.BLOCK_LENGTH, Math.max(oldLength, at + length));
        }
        Memory.putLong(entry + EntryLayout.VERSION, index);
        Memory.putInt(entry + EntryLayout.ORDINAL, ordinal);
        Memory.putByte(entry + EntryLayout.KIND, EntryLayout.kind(ValueType.STRING, found.form(), Entry.ENCODED_RAW));
        access.changed(entry);
    }

    /**
     * Where the entry of a key is if a new string fits exactly into its place, or 0. While nobody walks the store its only
     * writer is its only user, and writing there takes a look-up and a copy: a quarter of what the map's own way costs.
     */
    private long sameSizeEntry(long keyAddress, int keyLength, int valueLength) {
        boolean isFound = find(keyAddress, keyLength, found);
        return isFound && !found.isOutOfMap() && found.valueLength() == valueLength ? found.address() : 0;
    }

    private void overwrite(long entry, long valueAddress, int valueLength) {
        totals.expiringKeys -= expiring(Memory.getLong(entry + EntryLayout.EXPIRE_AT));
        Memory.putLong(entry + EntryLayout.VERSION, index);
        Memory.putLong(entry + EntryLayout.EXPIRE_AT, Entry.NO_EXPIRY);
        Memory.putInt(entry + EntryLayout.ORDINAL, ordinal);
        int used = access.replacing(Memory.getInt(entry + EntryLayout.KIND) >>> Byte.SIZE, true);
        Memory.putInt(entry + EntryLayout.KIND, ValueType.STRING | used << Byte.SIZE);
        Memory.copy(valueAddress, entry + EntryLayout.HEADER_LENGTH, valueLength);
    }

    /** Inserts the entry of a collection; what an entry of the key had before is dropped. Gives its address in the map. */
    long insertReference(long keyAddress, int keyLength, byte kind, long expireAtMillis, long reference, long rest) {
        touch(keyAddress, keyLength);
        long entry = builder.reference(kind, reference, rest);
        builder.stamp(expireAtMillis, index, ordinal);
        write(keyAddress, keyLength, entry, builder.length());
        find(keyAddress, keyLength, found);
        return found.address();
    }

    private void write(long keyAddress, int keyLength, long entry, int entryLength) {
        StoreMap map = maps.current();
        long expireAtMillis = Memory.getLong(entry + EntryLayout.EXPIRE_AT);
        keyBytes.set(keyAddress, keyLength);
        valueBytes.set(entry, entryLength);
        maps.countPut();
        boolean isNew;
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.query(keyBytes, keyLength)) {
            query.updateLock().lock();
            Data<Slice> value = query.wrapValueBytesAsData(valueBytes, 0, entryLength);
            MapEntry<Slice, Slice> old = query.entry();
            isNew = old == null;
            if (Memory.getInt(entry + EntryLayout.KIND) >>> Byte.SIZE == 0) {
                AccessClock.put(entry, isNew ? access.fresh() : access.replacing(accessOf(old), isUse));
            }
            if (isNew) {
                query.absentEntry().doInsert(value);
                map.countKeys(query.segmentIndex(), 1);
                totals.added(keyLength);
            } else {
                forget(map, keyLength, old);
                old.doReplaceValue(value);
            }
            totals.entryBytes += entryLength;
            totals.mapBytes += map.cost(keyLength, entryLength);
            if (expireAtMillis != Entry.NO_EXPIRY) {
                totals.expiringKeys++;
                map.expiryIndex().note(query.segmentIndex(), expireAtMillis);
            }
        }
        if (isNew && maps.previous() != null) {
            // after the insert, so that no walk misses the key
            removeFrom(maps.previous(), keyAddress, keyLength);
        }
    }

    /** Of a key that is there: makes it one that was used like another. */
    public void setAccess(long keyAddress, int keyLength, int newAccess) {
        if (find(keyAddress, keyLength, found)) {
            AccessClock.put(found.address(), newAccess);
        }
    }

    private static int accessOf(MapEntry<Slice, Slice> entry) {
        return Memory.getInt(StoreWalk.addressOf(entry.value()) + EntryLayout.KIND) >>> Byte.SIZE;
    }

    /** Removes one entry with all that it refers to; returns whether there was one. */
    public boolean remove(long keyAddress, int keyLength) {
        touch(keyAddress, keyLength);
        return removeBoth(keyAddress, keyLength);
    }

    private boolean removeFrom(StoreMap map, long keyAddress, int keyLength) {
        keyBytes.set(keyAddress, keyLength);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.query(keyBytes, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> old = query.entry();
            if (old == null) {
                return false;
            }
            forget(map, keyLength, old);
            old.doRemove();
            map.countKeys(query.segmentIndex(), -1);
            totals.removed(keyLength);
            return true;
        }
    }

    /** Gives a key's value to another one, in the place of any that it had; the deadline goes with it. */
    public void rename(long keyAddress, int keyLength, long newKey, int newKeyLength) {
        boolean isFound = find(keyAddress, keyLength, found);
        assert isFound : "no such key";
        touch(keyAddress, keyLength);
        touch(newKey, newKeyLength);
        find(keyAddress, keyLength, found);
        int length = found.length();
        long entry = builder.copy(found.address(), length);
        builder.stamp(found.expireAtMillis(), index, ordinal);
        // what the entry refers to is the new key's from here on
        isReferenceKept = true;
        removeBoth(keyAddress, keyLength);
        isReferenceKept = false;
        write(newKey, newKeyLength, entry, length);
    }

    private boolean removeBoth(long keyAddress, int keyLength) {
        return removeFrom(maps.current(), keyAddress, keyLength)
                || maps.previous() != null && removeFrom(maps.previous(), keyAddress, keyLength);
    }

    /** Changes when a key expires, in place; returns whether there is such a key. */
    public boolean expire(long keyAddress, int keyLength, long expireAtMillis) {
        touch(keyAddress, keyLength);
        return expireIn(maps.current(), keyAddress, keyLength, expireAtMillis)
                || maps.previous() != null && expireIn(maps.previous(), keyAddress, keyLength, expireAtMillis);
    }

    private boolean expireIn(StoreMap map, long keyAddress, int keyLength, long expireAtMillis) {
        keyBytes.set(keyAddress, keyLength);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.query(keyBytes, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> entry = query.entry();
            if (entry == null) {
                return false;
            }
            long address = StoreWalk.addressOf(entry.value());
            totals.expiringKeys += expiring(expireAtMillis) - expiring(Memory.getLong(address + EntryLayout.EXPIRE_AT));
            Memory.putLong(address + EntryLayout.VERSION, index);
            Memory.putInt(address + EntryLayout.ORDINAL, ordinal);
            Memory.putLong(address + EntryLayout.EXPIRE_AT, expireAtMillis);
            if (expireAtMillis != Entry.NO_EXPIRY) {
                map.expiryIndex().note(query.segmentIndex(), expireAtMillis);
            }
            return true;
        }
    }

    /** Writes the entry of a small collection while a walk may copy it: under the lock of its segment. */
    void writeLocked(long keyAddress, int keyLength, Runnable change) {
        boolean isCurrent = writeLockedIn(maps.current(), keyAddress, keyLength, change);
        if (!isCurrent && maps.previous() != null) {
            writeLockedIn(maps.previous(), keyAddress, keyLength, change);
        }
    }

    private boolean writeLockedIn(StoreMap map, long keyAddress, int keyLength, Runnable change) {
        keyBytes.set(keyAddress, keyLength);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.query(keyBytes, keyLength)) {
            query.updateLock().lock();
            if (query.entry() == null) {
                return false;
            }
            change.run();
            return true;
        }
    }

    boolean isWalked() {
        return maps.isWalked();
    }

    private static int expiring(long expireAtMillis) {
        return expireAtMillis == Entry.NO_EXPIRY ? 0 : 1;
    }

    private void forget(StoreMap map, int keyLength, MapEntry<Slice, Slice> old) {
        Data<Slice> value = old.value();
        found.wrap(StoreWalk.addressOf(value), (int) value.size());
        totals.expiringKeys -= expiring(found.expireAtMillis());
        totals.entryBytes -= value.size();
        totals.mapBytes -= map.cost(keyLength, value.size());
        release(found);
    }

    /** Frees what an entry refers to, or has it freed when the transaction is committed. */
    private void release(Entry entry) {
        if (isReferenceKept) {
            return;
        }
        long address = entry.valueAddress();
        switch (entry.form()) {
            case EntryLayout.FORM_BLOCK -> dropBlock(address);
            case EntryLayout.FORM_PACKED -> dropBlob(address);
            case EntryLayout.FORM_TREE -> dropCollection(address);
            default -> {
                // the value goes with the entry
            }
        }
    }

    /** Whether the contents of now are those that a transaction may bring back. */
    private boolean isKeeping() {
        return undo.isActive() && undone == null;
    }

    private void dropBlock(long address) {
        if (isKeeping()) {
            undo.dropBlock(address);
        } else {
            owner.freeBlock(address);
        }
    }

    void dropBlob(long address) {
        if (isKeeping()) {
            undo.dropBlob(address);
        } else {
            owner.freeBlob(address);
        }
    }

    private void dropCollection(long header) {
        if (isKeeping()) {
            undo.dropHeader(header);
        } else {
            owner.dropCollection(header);
        }
    }

    /** Frees a collection that no entry refers to yet. */
    void dropUnpublished(long header) {
        owner.dropCollection(header);
    }

    /** Before a transaction changes a key: notes what it is, once. */
    void touch(long keyAddress, int keyLength) {
        if (isKeeping() && !undo.hasTouched(keyAddress, keyLength)) {
            undo.keep(keyAddress, keyLength, find(keyAddress, keyLength, found) ? found : null);
        }
    }

    /** Before a transaction changes a large collection, whose key it has touched: freezes its trees, once. */
    void freezeForUndo(long header) {
        if (!isKeeping() || !undo.isKept(header) || undo.isFrozen(header)) {
            return;
        }
        Tree tree = new Tree(contents.arena);
        boolean hasSecond = Tree.isThere(CollectionHeader.tree(header, 1));
        if (hasSecond) {
            undo.freeze(
                    header,
                    tree.wrap(CollectionHeader.tree(header, 0)).openView(),
                    tree.wrap(CollectionHeader.tree(header, 1)).openView());
        } else {
            undo.freeze(header, tree.wrap(CollectionHeader.tree(header, 0)).openView());
        }
    }

    /** Whether a blob must be copied rather than changed: a walk may be copying it, or a transaction may bring it back. */
    boolean mustCopy(long blob) {
        return maps.isWalked() || isKeeping() && undo.isKept(blob);
    }

    /** From here on everything can be taken back, until {@link #commit} or {@link #rollBack}. */
    public void beginUndo() {
        undo.begin();
        libraries.beginUndo();
        stepAtBegin = walk == null ? 0 : walk.step();
        isWalkSpoiled = false;
    }

    public boolean isUndoable() {
        return undo.isActive();
    }

    /** What was done since {@link #beginUndo} stays. */
    public void commit() {
        if (undone != null) {
            // what was kept lies in contents that go as a whole
            undo.forget();
            retire(undone);
            undone = null;
        } else {
            undo.commit(owner);
        }
    }

    /**
     * Nothing was done since {@link #beginUndo}. Pointers into the store are void.
     *
     * @return whether a walk may have copied something of it
     */
    public boolean rollBack() {
        if (undone != null) {
            Contents abandoned = contents;
            use(undone);
            undone = null;
            retire(abandoned);
        }
        undo.rollBack(this::restore, owner);
        libraries.rollBack();
        return isWalkSpoiled;
    }

    /** What a transaction that may be taken back has done is on its way into a snapshot already. */
    public void spoilWalkIfUndone() {
        isWalkSpoiled |= undo.isActive();
    }

    /** The walk has visited a key's segment since the transaction began: it may have copied what is taken back. */
    private boolean isVisited(long key, int keyLength) {
        if (walk == null) {
            return false;
        }
        keyBytes.set(key, keyLength);
        int segment;
        try (ExternalMapQueryContext<Slice, Slice, ?> query = maps.current().query(keyBytes, keyLength)) {
            segment = query.segmentIndex() & walk.segments() - 1;
        }
        // step n is the visit of segment n - 1
        return segment >= stepAtBegin - 1 && segment < walk.step();
    }

    private void restore(long key, int keyLength, long entry, int entryLength) {
        isWalkSpoiled |= isVisited(key, keyLength);
        boolean isFound = find(key, keyLength, found);
        // what it refers to is not dropped with an entry that only changed in place
        isReferenceKept = isFound && found.isOutOfMap() && refersTo(entry, entryLength, found.valueAddress());
        if (entry != 0) {
            write(key, keyLength, builder.copy(entry, entryLength), entryLength);
        } else if (isFound) {
            removeBoth(key, keyLength);
        }
        isReferenceKept = false;
    }

    private static boolean refersTo(long entry, int entryLength, long address) {
        return entry != 0
                && entryLength == EntryLayout.REFERENCE_LENGTH
                && EntryLayout.form(Memory.getByte(entry + EntryLayout.KIND)) != EntryLayout.FORM_INLINE
                && Memory.getLong(entry + EntryLayout.ADDRESS) == address;
    }

    /**
     * Removes everything, by beginning with other contents: a walk under way goes on over the old ones, which are closed at
     * its end. What the walk still emits is older than the FLUSHALL effect, and redo removes it again.
     */
    public void clear() {
        Contents old = contents;
        movesBefore += maps.moves();
        use(new Contents(sizing, sizing, maker, background));
        if (undo.isActive() && undone == null) {
            undone = old;
        } else {
            retire(old);
        }
    }

    private void retire(Contents old) {
        old.maps.retire();
        // whatever it is: a walk holds views of contents that came after its own, too
        retired.add(old);
        closeRetired();
    }

    /** Frees contents that were cleared away while somebody had a view of them, if nobody has any more. */
    public void closeRetired() {
        if (walked != null || retired.isEmpty()) {
            return;
        }
        for (Iterator<Contents> each = retired.iterator(); each.hasNext(); ) {
            Contents old = each.next();
            if (!old.arena.hasViews()) {
                each.remove();
                background.run("store-close", old::close);
            }
        }
    }

    /** Removes what does not contain the effect of {@link #position}: a FLUSHALL done again. */
    public void removeOlder() {
        List<byte[]> older = new ArrayList<>();
        for (int segment = 0; segment < segments(); segment++) {
            scan(segment, (keyAddress, keyLength, entry) -> {
                if (!entry.contains(index, ordinal)) {
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
        return maps.scan().segments();
    }

    /** Visits the entries of one segment, on the reactor thread. */
    public void scan(int segment, EntryVisitor visitor) {
        maps.scan().segment(segment, visitor);
    }

    /** Begins a walk for another thread, at most one at a time. */
    public StoreWalk beginWalk() {
        assert walked == null : "one walk at a time";
        walked = contents;
        walk = contents.beginWalk();
        return walk;
    }

    /** Ends the walk, on the reactor thread, after the walking thread is done with it. */
    public void endWalk() {
        Contents ended = walked;
        walked = null;
        walk = null;
        ended.endWalk();
        closeRetired();
    }

    /** Where keys are whose deadline has come. */
    public DueSegments due() {
        return contents.due;
    }

    public long keys() {
        return totals.keys;
    }

    /** Keys that have a deadline. */
    public long expiringKeys() {
        return totals.expiringKeys;
    }

    /** Bytes of keys, values and entry headers, those that wait for a walk's end included. */
    public long dataBytes() {
        return totals.keyBytes + totals.entryBytes + contents.largeValues.bytes() + contents.arena.usedBytes();
    }

    /** Bytes that keys and values take in maps and outside of them: what {@code max-memory} limits. */
    public long usedBytes() {
        return totals.usedBytes();
    }

    /** {@link #usedBytes} as they will be when the transaction under way is committed. */
    public long committedBytes() {
        // what an emptied store had is not counted any more, dropped or not
        return usedBytes() - (isKeeping() ? undo.droppedBytes() : 0);
    }

    /** Bytes of what was dropped and is not free yet. */
    public long reapableBytes() {
        return contents.arena.reapableBytes();
    }

    /** Whether {@link #reap} has something to do. */
    public boolean hasReapable() {
        return contents.arena.hasReapable();
    }

    /** Bytes of {@link #usedBytes} that an entry takes with all that it refers to. */
    public long cost(int keyLength, Entry entry) {
        long inMap = maps.current().cost(keyLength, entry.length());
        return switch (entry.form()) {
            case EntryLayout.FORM_BLOCK -> inMap + LargeValues.costOf(entry.valueAddress());
            case EntryLayout.FORM_PACKED -> inMap + Arena.blobCapacity(entry.packedClass());
            case EntryLayout.FORM_TREE ->
                inMap + CollectionHeader.BYTES + CollectionHeader.treeBytes(entry.valueAddress());
            default -> inMap;
        };
    }

    /** As {@link #cost}, of a key as it is stored; 0 when it is not. */
    public long costNow(long keyAddress, int keyLength) {
        return find(keyAddress, keyLength, found) ? cost(keyLength, found) : 0;
    }

    /** The first segment with keys from one on, going round, or -1 when there is none. */
    public int nextWithKeys(int segment) {
        return maps.nextWithKeys(segment);
    }

    /** How many moves to a larger map were completed. */
    public long moves() {
        return movesBefore + maps.moves();
    }

    /** Of a move under way, how much is done; 100 when there is none. */
    public int percentMoved() {
        return maps.percentMoved();
    }

    @Override
    public void close() {
        assert walked == null : "a walk is under way";
        maps.retire();
        contents.close();
        retired.forEach(Contents::close);
        builder.close();
        undo.close();
    }

    /** Frees what a transaction has left over. */
    private final class UndoOwner implements Undo.Owner {
        @Override
        public void freeBlock(long address) {
            contents.largeValues.drop(address);
        }

        @Override
        public void freeBlob(long address) {
            contents.blobs.drop(address);
        }

        @Override
        public void dropCollection(long header) {
            Arena arena = contents.arena;
            for (int tree = 0; tree < CollectionHeader.TREES; tree++) {
                if (Tree.isThere(CollectionHeader.tree(header, tree))) {
                    Tree.drop(arena, CollectionHeader.tree(header, tree));
                }
            }
            arena.freeBlob(header);
        }
    }
}
