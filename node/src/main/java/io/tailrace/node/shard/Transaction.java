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
 * What a command, or all of a MULTI, reads and changes. Owned by the shard's reactor thread, reused for every command.
 *
 * <p>An effect is carried out on the store at once and noted in the record; the shard appends the record when all is done,
 * before anything of it can be seen: by a client, a replica or another shard. So a later command of a MULTI simply
 * finds what an earlier one has done.
 *
 * <pre>
 *  effect of                  is asked before it     when it is refused
 *  a single command           yes, all of them       nothing was changed
 *  a MULTI, or a command      yes                    everything is rolled back ({@link Databases#rollBack})
 *  that may grow past its
 *  promise
 * </pre>
 *
 * <p>A command asks for effects that are final: absolute times, results instead of operations; one that changes nothing asks for
 * nothing. Keys past their deadline are absent here; a read never removes them, a write to one logs its removal first.
 *
 * <p>Keys, values and lookups are addresses and lengths. What {@link #find} shows is valid until the next effect: reply
 * first, then change. Arguments of effects may lie anywhere but in a collection that they change.
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
public final class Transaction implements AutoCloseable {
    /** {@link #expireAtMillis()} of a key that does not expire. */
    public static final long NO_EXPIRY = Entry.NO_EXPIRY;

    /** Of an argument beyond its bytes. */
    public static final int ARGUMENT_ROOM = EffectLog.ARGUMENT_ROOM;

    /** Scratch memory that is kept from one command to the next. */
    private static final int RETAINED_SCRATCH = 1 << 20;

    private final int maxValueLength;
    private final KeyEvents events;
    private final ChangedKeys changed = new ChangedKeys();
    private final SelectedDatabase selected;
    private final EffectLog log;
    private final KeyEffects keys;
    private final CollectionEffect collection;
    private final ValueCopier copier;
    private final DatabaseEffects databases;
    private final LibraryWriter libraries;
    private final NativeBuffer scratch = new NativeBuffer(256);
    private final KeyLookups lookups = new KeyLookups();
    private final Entry entry = new Entry();
    private BooleanSupplier writable = () -> true;

    Transaction(
            RecordBuilder record,
            ShardSettings settings,
            Admission admission,
            CollectionTypes types,
            Watches watches,
            KeyEvents events,
            EffectApplier.MovedListener moved) {
        this.maxValueLength = settings.maxValueLength();
        this.events = events;
        selected = new SelectedDatabase(events, changed);
        log = new EffectLog(record, settings.maxRecordLength(), admission, selected);
        keys = new KeyEffects(log, selected, changed, events);
        collection = new CollectionEffect(log, keys, changed, events);
        copier = new ValueCopier(log, selected, keys, collection, changed, types, moved);
        databases = new DatabaseEffects(log, selected, changed, watches);
        libraries = new LibraryWriter(log, selected, scratch);
    }

    /** @param isUndoable whether effects may follow that were not asked for before the first */
    void begin(Databases shardDatabases, CycleClock clock, boolean isUndoable) {
        selected.begin(shardDatabases, clock);
        log.begin();
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

    /** Says of which database the keys are from here on: 0 until it is called. Pointers into the store stay valid. */
    public void select(int database) {
        selected.select(database);
    }

    /** Of which the keys are. */
    public int database() {
        return selected.number();
    }

    /** The database that the keys are of, as a whole. */
    public SelectedDatabase selected() {
        return selected;
    }

    /**
     * Before each command that may write: asks for room in the store, so that pointers into it stay valid until its end.
     *
     * @param added keys that it may add
     */
    public void prepare(int added) {
        selected.prepare();
        log.prepare(added);
    }

    /**
     * The time all commands of this transaction see, epoch milliseconds: that of its first need for it. So deadlines count from
     * when the command runs, and commands without any cost no look at the clock.
     */
    public long nowMillis() {
        return selected.nowMillis();
    }

    /**
     * Whether clients may write here now: asked by a command that only reads but may note something in what it reads, which on a
     * replica is its primary's business.
     */
    public boolean isWritable() {
        return writable.getAsBoolean();
    }

    /** @param when whether clients may write here, asked at any time */
    void writableWhen(BooleanSupplier when) {
        writable = when;
    }

    /** What is told of the transaction's changes. */
    public KeyEvents events() {
        return events;
    }

    private void missed(long keyAddress, int keyLength) {
        lookups.missed();
        if (events.tellsOfMisses()) {
            events.missed(keyAddress, keyLength);
        }
    }

    /** The longest value a key may have, bytes. */
    public int maxValueLength() {
        return maxValueLength;
    }

    /** Looks a key up, of any type; when there is one, the accessors below show it. */
    public boolean find(long keyAddress, int keyLength) {
        if (!selected.store().find(keyAddress, keyLength, entry) || selected.isPast(entry.expireAtMillis())) {
            missed(keyAddress, keyLength);
            return false;
        }
        lookups.found(selected.store(), entry);
        return true;
    }

    /** What look-ups count. */
    public KeyLookups lookups() {
        return lookups;
    }

    /** @param kind what the look-ups of the command that follows stand for, see {@link KeyLookups} */
    public void lookups(int kind) {
        lookups.kind(kind);
    }

    /**
     * Looks a string up; when there is one, the accessors below show it.
     *
     * @throws CommandErrorException when the key holds another type
     */
    public boolean findString(long keyAddress, int keyLength) {
        if (!find(keyAddress, keyLength)) {
            return false;
        }
        if (entry.type() != ValueType.STRING) {
            throw wrongType();
        }
        return true;
    }

    private static CommandErrorException wrongType() {
        return new CommandErrorException("WRONGTYPE Operation against a key holding the wrong kind of value");
    }

    /** Of the key last found: one of {@link ValueType}'s. */
    public int type() {
        return entry.type();
    }

    /** Of the string last found: where it is. */
    public long valueAddress() {
        return entry.valueAddress();
    }

    public int valueLength() {
        return entry.valueLength();
    }

    /** Of the key last found: its deadline in epoch milliseconds, or {@link #NO_EXPIRY}. */
    public long expireAtMillis() {
        return entry.expireAtMillis();
    }

    /** Of the key last found. */
    public Entry entry() {
        return entry;
    }

    /** Opens a key's value of any type; one that is past its deadline is absent, see {@link StoredValue#isThere}. */
    public StoredValue open(StoredValue into, long keyAddress, int keyLength) {
        boolean isStored = into.open(keyAddress, keyLength);
        if (isStored && selected.isPast(into.expireAtMillis())) {
            into.hide();
        }
        if (into.isThere()) {
            lookups.found(selected.store(), into.entry());
        } else {
            missed(keyAddress, keyLength);
        }
        return into;
    }

    /**
     * Opens a collection; one that is past its deadline is absent, see {@link StoredValue#isThere}.
     *
     * @throws CommandErrorException when the key holds another type
     */
    public StoredValue open(StoredValue into, long keyAddress, int keyLength, int type) {
        open(into, keyAddress, keyLength);
        requireType(into, type);
        return into;
    }

    /** @throws CommandErrorException when an opened value is there and of another type */
    public static void requireType(StoredValue opened, int type) {
        if (opened.isThere() && opened.type() != type) {
            throw wrongType();
        }
    }

    /** A value to open in the selected database: the one given, if there is one, or a new one. */
    public StoredValue ownedBy(StoredValue used) {
        return selected.ownedBy(used);
    }

    /** Sets a key to a string; a deadline it had is replaced by {@code deadlineMillis}, which may be {@link #NO_EXPIRY}. */
    public void set(long keyAddress, int keyLength, long newValue, int newLength, long deadlineMillis) {
        keys.set(keyAddress, keyLength, newValue, newLength, deadlineMillis);
    }

    /** Sets a key to a number in decimal. */
    public void setLong(long keyAddress, int keyLength, long number, long deadlineMillis) {
        keys.setLong(keyAddress, keyLength, number, deadlineMillis);
    }

    /** Adds bytes to the end of the string of a key that exists; its deadline stays. */
    public void append(long keyAddress, int keyLength, long bytes, int length) {
        keys.append(keyAddress, keyLength, bytes, length);
    }

    /**
     * Overwrites a part of the string of a key, filling with zero bytes up to it; its deadline stays. A key that is absent
     * may still lie in the store, past its deadline: that goes first.
     */
    public void setRange(long keyAddress, int keyLength, int offset, long bytes, int length) {
        keys.setRange(keyAddress, keyLength, offset, bytes, length);
    }

    /**
     * Sets a key to a string that Redis would hold as bytes, whatever they spell, in the place of anything that it holds.
     *
     * @param deadlineMillis or {@link #NO_EXPIRY}
     */
    public void setRaw(long keyAddress, int keyLength, long bytes, int length, long deadlineMillis) {
        keys.setRaw(keyAddress, keyLength, bytes, length, deadlineMillis);
    }

    /** Removes a key that exists, or lies there past its deadline, for another value of it to come. */
    public void deleteToReplace(long keyAddress, int keyLength) {
        keys.deleteToReplace(keyAddress, keyLength);
    }

    /** Removes a key that exists, or lies there past its deadline. */
    public void delete(long keyAddress, int keyLength) {
        keys.delete(keyAddress, keyLength);
    }

    /** Gives a key that exists a deadline, which must not be {@link #NO_EXPIRY}. */
    public void expire(long keyAddress, int keyLength, long deadlineMillis) {
        keys.expire(keyAddress, keyLength, deadlineMillis);
    }

    /** Removes the deadline of a key that exists. */
    public void persist(long keyAddress, int keyLength) {
        keys.persist(keyAddress, keyLength);
    }

    /** The effects on whole databases. */
    public DatabaseEffects databases() {
        return databases;
    }

    /** The function libraries as this transaction sees and changes them. */
    public LibraryWriter libraries() {
        return libraries;
    }

    /**
     * Gives a key what another one holds, in the place of whatever that was, deadline included. The other may be of another
     * database than the one that is selected.
     *
     * @param isMoved whether it is taken from the other key
     */
    public void assign(StoredValue from, long newKey, int newKeyLength, boolean isMoved) {
        copier.assign(from, newKey, newKeyLength, isMoved);
    }

    /** The effect on a collection: made argument by argument, together with the value. */
    public CollectionEffect effect() {
        return collection;
    }

    /**
     * Makes sure at once of all effects of a command that has several and is not undoable.
     *
     * @param effects how many
     * @param bytes of all their keys and arguments
     */
    public void promise(int effects, long bytes) {
        log.promise(effects, bytes);
    }

    /** The same of many effects that only remove keys, or set them to strings without a deadline. */
    public void promisePlain(int effects, long bytes) {
        log.promisePlain(effects, bytes);
    }

    /** Memory for something that a command makes, until the next call. */
    public long scratch(int bytes) {
        scratch.ensureCapacity(Math.max(1, bytes), 0);
        return scratch.address();
    }

    @Override
    public void close() {
        scratch.close();
    }

    boolean isEmpty() {
        return log.record().isEmpty();
    }

    /** What the shard tells of it once it is logged. */
    ChangedKeys changed() {
        return changed;
    }
}
