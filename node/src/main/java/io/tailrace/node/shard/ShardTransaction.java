package io.tailrace.node.shard;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.RecordBuilder;
import java.util.function.BooleanSupplier;

/**
 * What a command, or all of a MULTI, reads and changes on one shard. Owned by the shard's reactor thread, or by its holder;
 * reused for every command.
 *
 * <pre>
 *  {@link EffectLog}         the record, and the room for effects in log and store
 *  {@link KeyEffects}        effects on strings, deadlines and whole keys
 *  {@link CollectionEffect}  the effect on a collection, argument by argument
 *  {@link ValueCopier}       COPY, RENAME and MOVE
 *  {@link DatabaseEffects}   effects on databases; {@link LibraryWriter} those on function libraries
 *  {@link ChangedKeys}       whom to tell, once all is logged
 * </pre>
 */
final class ShardTransaction extends Transaction implements AutoCloseable {
    /** Scratch memory that is kept from one command to the next. */
    private static final int RETAINED_SCRATCH = 1 << 20;

    private final int maxValueLength;
    private final int shard;
    private final int shardCount;
    private final Watches watches;
    private final KeyEvents events;
    private final EventLog eventLog;
    private final ChangedKeys changed = new ChangedKeys();
    private final SelectedDatabase selected;
    private final EffectLog log;
    private final KeyEffects keys;
    private final ShardEffect collection;
    private final ValueCopier copier;
    private final DatabaseEffects databases;
    private final LibraryWriter libraries;
    private final NativeBuffer scratch = new NativeBuffer(256);
    private final KeyLookups lookups = new KeyLookups();
    private final Entry entry = new Entry();
    private BooleanSupplier writable = () -> true;

    ShardTransaction(
            RecordBuilder record,
            ShardSettings settings,
            Admission admission,
            CollectionTypes types,
            Watches watches,
            KeyEvents events,
            EffectApplier.MovedListener moved) {
        this.maxValueLength = settings.maxValueLength();
        this.watches = watches;
        shard = settings.id();
        shardCount = settings.shardCount();
        this.events = events;
        selected = new SelectedDatabase(events, changed);
        log = new EffectLog(record, settings.maxRecordLength(), admission, selected);
        eventLog = new EventLog(log, shard, shardCount);
        keys = new KeyEffects(log, selected, changed, events);
        collection = new ShardEffect(log, keys, changed, events);
        copier = new ValueCopier(log, selected, keys, collection, changed, types, moved);
        databases = new DatabaseEffects(log, selected, changed, watches);
        libraries = new LibraryWriter(log, selected, scratch);
    }

    /**
     * @param isUndoable whether effects may follow that were not asked for before the first
     * @param joins whether they follow those of the transaction before in one record
     */
    void begin(Databases shardDatabases, CycleClock clock, boolean isUndoable, boolean joins) {
        selected.begin(shardDatabases, clock);
        log.begin(joins);
        keys.begin();
        lookups.kind(KeyLookups.USES);
        if (events.hasNoted()) {
            events.clear();
        }
        scratch.shrinkTo(RETAINED_SCRATCH);
        if (isUndoable) {
            shardDatabases.beginUndo();
        }
    }

    @Override
    public void select(int database) {
        selected.select(database);
    }

    @Override
    public int database() {
        return selected.number();
    }

    @Override
    public SelectedDatabase selected() {
        return selected;
    }

    @Override
    public void prepare(int added) {
        selected.prepare();
        log.prepare(added);
    }

    @Override
    public long nowEpochMs() {
        return selected.nowEpochMs();
    }

    @Override
    public boolean isWritable() {
        return writable.getAsBoolean();
    }

    /** @param when whether clients may write here, asked at any time */
    void writableWhen(BooleanSupplier when) {
        writable = when;
    }

    @Override
    public KeyEvents events() {
        return events;
    }

    private void missed(long keyAddress, int keyLength) {
        lookups.missed();
        if (events.tellsOfMisses()) {
            events.missed(keyAddress, keyLength);
        }
    }

    @Override
    public int maxValueLength() {
        return maxValueLength;
    }

    @Override
    public boolean find(long keyAddress, int keyLength) {
        if (!selected.store().find(keyAddress, keyLength, entry) || selected.isPast(entry.expireAtEpochMs())) {
            missed(keyAddress, keyLength);
            return false;
        }
        lookups.found(selected.store(), entry);
        return true;
    }

    @Override
    public KeyLookups lookups() {
        return lookups;
    }

    @Override
    public void lookups(int kind) {
        lookups.kind(kind);
    }

    @Override
    public boolean findString(long keyAddress, int keyLength) {
        if (!find(keyAddress, keyLength)) {
            return false;
        }
        if (entry.type() != ValueType.STRING) {
            throw wrongType();
        }
        return true;
    }

    @Override
    public int type() {
        return entry.type();
    }

    @Override
    public long valueAddress() {
        return entry.valueAddress();
    }

    @Override
    public int valueLength() {
        return entry.valueLength();
    }

    @Override
    public long expireAtEpochMs() {
        return entry.expireAtEpochMs();
    }

    @Override
    public Entry entry() {
        return entry;
    }

    @Override
    public StoredValue open(StoredValue into, long keyAddress, int keyLength) {
        boolean isStored = into.open(keyAddress, keyLength);
        if (isStored && selected.isPast(into.expireAtEpochMs())) {
            into.hide();
        }
        if (into.isThere()) {
            lookups.found(selected.store(), into.entry());
        } else {
            missed(keyAddress, keyLength);
        }
        return into;
    }

    @Override
    public StoredValue open(StoredValue into, long keyAddress, int keyLength, int type) {
        open(into, keyAddress, keyLength);
        requireType(into, type);
        return into;
    }

    @Override
    public StoredValue ownedBy(StoredValue used) {
        return selected.ownedBy(used);
    }

    @Override
    public void set(long keyAddress, int keyLength, long newValue, int newLength, long deadlineEpochMs) {
        keys.set(keyAddress, keyLength, newValue, newLength, deadlineEpochMs);
    }

    @Override
    public void setLong(long keyAddress, int keyLength, long number, long deadlineEpochMs) {
        keys.setLong(keyAddress, keyLength, number, deadlineEpochMs);
    }

    @Override
    public void append(long keyAddress, int keyLength, long bytes, int length) {
        keys.append(keyAddress, keyLength, bytes, length);
    }

    @Override
    public void setRange(long keyAddress, int keyLength, int offset, long bytes, int length) {
        keys.setRange(keyAddress, keyLength, offset, bytes, length);
    }

    @Override
    public void setRaw(long keyAddress, int keyLength, long bytes, int length, long deadlineEpochMs) {
        keys.setRaw(keyAddress, keyLength, bytes, length, deadlineEpochMs);
    }

    @Override
    public void deleteToReplace(long keyAddress, int keyLength) {
        keys.deleteToReplace(keyAddress, keyLength);
    }

    @Override
    public void delete(long keyAddress, int keyLength) {
        keys.delete(keyAddress, keyLength);
    }

    @Override
    public void expire(long keyAddress, int keyLength, long deadlineEpochMs) {
        keys.expire(keyAddress, keyLength, deadlineEpochMs);
    }

    @Override
    public void persist(long keyAddress, int keyLength) {
        keys.persist(keyAddress, keyLength);
    }

    @Override
    public DatabaseEffects databases() {
        return databases;
    }

    @Override
    public LibraryWriter libraries() {
        return libraries;
    }

    @Override
    public void assign(StoredValue from, long newKey, int newKeyLength, boolean isMoved) {
        copier.assign(from, newKey, newKeyLength, isMoved);
    }

    @Override
    public CollectionEffect effect() {
        return collection;
    }

    @Override
    public void promise(int effects, long bytes) {
        log.promise(effects, bytes);
    }

    @Override
    public void promisePlain(int effects, long bytes) {
        log.promisePlain(effects, bytes);
    }

    @Override
    public long scratch(int bytes) {
        scratch.ensureCapacity(Math.max(1, bytes), 0);
        return scratch.address();
    }

    @Override
    public void close() {
        scratch.close();
    }

    @Override
    public void touch(long keyAddress, int keyLength) {
        watches.touch(selected.number(), keyAddress, keyLength);
        watches.tracking().publish();
    }

    @Override
    public void keepRange(long keyAddress, int keyLength, int offset, long bytes, int length) {
        changed.keep(true);
        try {
            setRange(keyAddress, keyLength, offset, bytes, length);
        } finally {
            changed.keep(false);
        }
    }

    @Override
    public boolean holds(long keyAddress, int keyLength) {
        return KeySlot.shardOf(keyAddress, keyLength, shardCount) == shard;
    }

    /** The time of all that follows, where it is one of several that see the same. */
    void at(long epochMs) {
        selected.at(epochMs);
    }

    /** Of which database an opened value of this shard is. */
    int databaseOf(StoredValue opened) {
        return copier.databaseOf(opened);
    }

    /** Gives a key what one of another shard holds. */
    void copyFrom(StoredValue from, int fromDatabase, long newKey, int newKeyLength, boolean isMoved) {
        copier.copyFrom(from, fromDatabase, newKey, newKeyLength, isMoved);
    }

    /** All effects are noted: now what replicas are to tell of them. */
    void logEvents() {
        if (events.isOn()) {
            events.logTo(eventLog);
        }
    }

    boolean isEmpty() {
        return log.count() == 0;
    }

    int count() {
        return log.count();
    }

    /** What the shard reports about it once it is logged. */
    ChangedKeys changed() {
        return changed;
    }
}
