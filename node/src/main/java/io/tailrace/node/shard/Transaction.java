package io.tailrace.node.shard;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.store.AccessClock;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionRewriter;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.List;
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
 *  a MULTI, or a command      yes                    everything is taken back ({@link Store#rollBack})
 *  that may grow past its
 *  promise
 * </pre>
 *
 * <p>A command asks for effects that are final: absolute times, results instead of operations; one that changes nothing asks for
 * nothing. Keys past their deadline are absent here; a read never removes them, a write to one logs its removal first.
 *
 * <p>Keys, values and lookups are addresses and lengths. What {@link #find} shows is valid until the next effect: reply
 * first, then change. Arguments of effects may lie anywhere but in a collection that they change.
 */
public final class Transaction implements AutoCloseable {
    /** {@link #expireAtMillis()} of a key that does not expire. */
    public static final long NO_EXPIRY = Entry.NO_EXPIRY;

    /** Of an effect beyond its key and arguments: its name, lengths, a deadline. */
    private static final int EFFECT_ROOM = 256;
    /** What that comes to with several effects, but for one of them. */
    private static final int EFFECT_BYTES = 96;
    /** What it comes to of a DEL, or of a SET without a deadline. */
    private static final int PLAIN_EFFECT_BYTES = 40;
    /** Of an argument beyond its bytes. */
    public static final int ARGUMENT_ROOM = 16;

    private static final int NONE = -1;
    private static final long UNREAD = Long.MIN_VALUE;

    /** Scratch memory that is kept from one command to the next. */
    private static final int KEPT_SCRATCH = 1 << 20;

    private final RecordBuilder record;
    private final int maxValueLength;
    private final int maxRecordLength;
    private final Admission admission;
    private final EffectApplier.MovedListener moved;
    private final CollectionTypes types;
    private final Watches watches;
    private final NativeBuffer scratch = new NativeBuffer(256);
    private final RecordSlices touched = new RecordSlices();
    /** Keys of collections that are new, or streams with more entries: what clients may wait for. */
    private final RecordSlices made = new RecordSlices();

    private final KeyLookups lookups = new KeyLookups();
    private final Entry entry = new Entry();
    private final Entry before = new Entry();
    private BooleanSupplier writable = () -> true;
    private KeyEvents events;
    private boolean isReplacing;
    private Databases databases;
    private int database;
    /** Of the database that is selected. */
    private Store store;
    /** That the last SELECT of the record names. */
    private int recordDatabase;

    private int selectedBefore;
    /** Where the SELECT of the effect begins that was asked for last, or {@link #NONE}. */
    private int selectStart = NONE;

    private final List<int[]> swaps = new ArrayList<>();
    private StoredValue copied;
    private CycleClock clock;
    private long nowMillis;
    private boolean hasStoreRoom;
    private boolean hasRemovedAll;
    private long promisedBytes;
    private long index;
    private final RecordSlices effectArguments = new RecordSlices();
    private final Arguments applied = new Arguments();
    private Effect effectBegun;
    private int effectStart;
    private int effectKey;
    private int effectKeyLength;
    private long sourceBase;
    private long sourceEnd;

    Transaction(
            RecordBuilder record,
            int maxValueLength,
            int maxRecordLength,
            Admission admission,
            CollectionTypes types,
            Watches watches,
            EffectApplier.MovedListener moved) {
        this.record = record;
        this.maxValueLength = maxValueLength;
        this.maxRecordLength = maxRecordLength;
        this.admission = admission;
        this.types = types;
        this.watches = watches;
        this.moved = moved;
    }

    /** @param isUndoable whether effects may follow that were not asked for before the first */
    void begin(Databases shardDatabases, CycleClock shardClock, boolean isUndoable) {
        databases = shardDatabases;
        database = 0;
        store = databases.of(0);
        recordDatabase = 0;
        swaps.clear();
        clock = shardClock;
        nowMillis = UNREAD;
        store.now(clock.millis());
        lookups.kind(KeyLookups.USES);
        record.begin(RecordLayout.KIND_EFFECT);
        touched.clear();
        touched.areOf(0);
        made.clear();
        made.areOf(0);
        isReplacing = false;
        events.database(0);
        if (events.hasNoted()) {
            events.clear();
        }
        hasStoreRoom = true;
        hasRemovedAll = false;
        promisedBytes = 0;
        scratch.shrinkTo(KEPT_SCRATCH);
        if (isUndoable) {
            databases.beginUndo();
        }
    }

    /** Says of which database the keys are from here on: 0 until it is called. Pointers into the store stay valid. */
    public void select(int newDatabase) {
        if (newDatabase != database) {
            database = newDatabase;
            events.database(newDatabase);
            store = databases.of(newDatabase);
            touched.areOf(newDatabase);
            made.areOf(newDatabase);
        }
    }

    /** Of which the keys are. */
    public int database() {
        return database;
    }

    /**
     * Before each command that may write: asks for room in the store, so that pointers into it stay valid until its end.
     *
     * @param keys that it may add
     */
    public void prepare(int keys) {
        store = databases.toWrite(database);
        hasStoreRoom = store.canTake(keys);
    }

    /**
     * The time all commands of this transaction see, epoch milliseconds: that of its first need for it. So deadlines count from
     * when the command runs, and commands without any cost no look at the clock.
     */
    public long nowMillis() {
        if (nowMillis == UNREAD) {
            nowMillis = clock.refreshMillis();
        }
        return nowMillis;
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

    void events(KeyEvents noting) {
        events = noting;
    }

    /** What is told of the transaction's changes. */
    public KeyEvents events() {
        return events;
    }

    /** Before an effect that may make a key. */
    private void noteMade(long keyAddress, int keyLength) {
        if (events.isOn()) {
            boolean isStored = store.find(keyAddress, keyLength, before);
            boolean wasExpired = isStored && isPast(before.expireAtMillis());
            if (!isStored || wasExpired) {
                events.made(wasExpired, keyAddress, keyLength);
            }
        }
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
        if (!store.find(keyAddress, keyLength, entry) || isPast(entry.expireAtMillis())) {
            missed(keyAddress, keyLength);
            return false;
        }
        lookups.found(store, entry);
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

    /** When keys were used. */
    public AccessClock access() {
        return store.access();
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

    /** Whether the store holds the key, past its deadline or not. */
    boolean isStored(long keyAddress, int keyLength) {
        return store.find(keyAddress, keyLength, entry);
    }

    private boolean isPast(long deadline) {
        return deadline != NO_EXPIRY && deadline <= nowMillis();
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
        if (isStored && isPast(into.expireAtMillis())) {
            into.hide();
        }
        if (into.isThere()) {
            lookups.found(store, into.entry());
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
        return used == null ? new StoredValue(store) : used.use(store);
    }

    /** Sets a key to a string; a deadline it had is replaced by {@code deadlineMillis}, which may be {@link #NO_EXPIRY}. */
    public void set(long keyAddress, int keyLength, long newValue, int newLength, long deadlineMillis) {
        long key = ask(keyAddress, keyLength, newLength, true);
        long source = moved(newValue);
        record.command(deadlineMillis == NO_EXPIRY ? 3 : 5);
        record.argument(Effect.SET.name());
        int keyOffset = record.argument(key, keyLength);
        int valueOffset = record.argument(source, newLength);
        deadlineArguments(deadlineMillis);
        put(keyOffset, keyLength, valueOffset, newLength, deadlineMillis);
    }

    /** Sets a key to a number in decimal. */
    public void setLong(long keyAddress, int keyLength, long number, long deadlineMillis) {
        long key = ask(keyAddress, keyLength, 0, true);
        record.command(deadlineMillis == NO_EXPIRY ? 3 : 5);
        record.argument(Effect.SET.name());
        int keyOffset = record.argument(key, keyLength);
        int valueOffset = record.argumentLong(number);
        int length = record.length() - valueOffset - 2;
        deadlineArguments(deadlineMillis);
        put(keyOffset, keyLength, valueOffset, length, deadlineMillis);
    }

    private void put(int keyOffset, int keyLength, int valueOffset, int length, long deadlineMillis) {
        long base = record.address();
        noteMade(base + keyOffset, keyLength);
        store.put(base + keyOffset, keyLength, base + valueOffset, length, deadlineMillis);
        touched.add(keyOffset, keyLength);
        events.changed(Effect.SET, base + keyOffset, keyLength);
        if (deadlineMillis != NO_EXPIRY) {
            events.changedDeadline(base + keyOffset, keyLength);
        }
    }

    private void deadlineArguments(long deadlineMillis) {
        if (deadlineMillis != NO_EXPIRY) {
            record.argument("PXAT");
            record.argumentLong(deadlineMillis);
        }
    }

    /** Adds bytes to the end of the string of a key that exists; its deadline stays. */
    public void append(long keyAddress, int keyLength, long bytes, int length) {
        long key = ask(keyAddress, keyLength, length, true);
        long source = moved(bytes);
        record.command(3);
        record.argument(Effect.APPEND.name());
        int keyOffset = record.argument(key, keyLength);
        int offset = record.argument(source, length);
        long base = record.address();
        store.writePart(base + keyOffset, keyLength, Store.AT_END, base + offset, length);
        touched.add(keyOffset, keyLength);
        events.changed(Effect.APPEND, base + keyOffset, keyLength);
    }

    /**
     * Overwrites a part of the string of a key, filling with zero bytes up to it; its deadline stays. A key that is absent
     * may still lie in the store, past its deadline: that goes first.
     */
    public void setRange(long keyAddress, int keyLength, int offset, long bytes, int length) {
        removeExpired(keyAddress, keyLength, length);
        long key = ask(keyAddress, keyLength, length, true);
        long source = moved(bytes);
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
        store.writePart(base + keyOffset, keyLength, offset, base + partOffset, length);
        touched.add(keyOffset, keyLength);
        events.changed(Effect.SETRANGE, base + keyOffset, keyLength);
    }

    /**
     * Sets a key to a string that Redis would hold as bytes, whatever they spell, in the place of anything that it holds.
     *
     * @param deadlineMillis or {@link #NO_EXPIRY}
     */
    public void setRaw(long keyAddress, int keyLength, long bytes, int length, long deadlineMillis) {
        promise(3, 3L * keyLength + length);
        requireStoreRoom();
        if (isStored(keyAddress, keyLength)) {
            deleteToReplace(keyAddress, keyLength);
        }
        setRange(keyAddress, keyLength, 0, bytes, length);
        if (deadlineMillis != NO_EXPIRY) {
            events.mute(true);
            expire(keyAddress, keyLength, deadlineMillis);
            events.mute(false);
        }
    }

    /** @param bytes of the effect that follows, beyond the key */
    private void removeExpired(long keyAddress, int keyLength, long bytes) {
        if (store.find(keyAddress, keyLength, entry) && isPast(entry.expireAtMillis())) {
            requireStoreRoom();
            promise(2, 2L * keyLength + bytes);
            requireStoreRoom();
            delete(keyAddress, keyLength);
        }
    }

    /** Removes a key that exists, or lies there past its deadline, for another value of it to come. */
    public void deleteToReplace(long keyAddress, int keyLength) {
        boolean isTold = events.isOn() && store.find(keyAddress, keyLength, before) && isPast(before.expireAtMillis());
        isReplacing = !isTold;
        events.mute(!isTold);
        delete(keyAddress, keyLength);
        events.mute(false);
    }

    /** Removes a key that exists, or lies there past its deadline. */
    public void delete(long keyAddress, int keyLength) {
        long key = ask(keyAddress, keyLength, 0, false);
        int keyOffset = deleteEffect(key, keyLength);
        if (events.isOn() && store.find(record.address() + keyOffset, keyLength, before)) {
            events.removed(isPast(before.expireAtMillis()), before.type(), record.address() + keyOffset, keyLength);
        }
        store.remove(record.address() + keyOffset, keyLength);
        touched.addRemoved(keyOffset, keyLength);
    }

    private int deleteEffect(long key, int keyLength) {
        record.command(2);
        record.argument(Effect.DEL.name());
        return record.argument(key, keyLength);
    }

    /** Gives a key that exists a deadline, which must not be {@link #NO_EXPIRY}. */
    public void expire(long keyAddress, int keyLength, long deadlineMillis) {
        assert deadlineMillis != NO_EXPIRY : "persist() removes a deadline";
        changeDeadline(Effect.PEXPIREAT, keyAddress, keyLength, deadlineMillis);
    }

    /** Removes the deadline of a key that exists. */
    public void persist(long keyAddress, int keyLength) {
        changeDeadline(Effect.PERSIST, keyAddress, keyLength, NO_EXPIRY);
    }

    private void changeDeadline(Effect effect, long keyAddress, int keyLength, long deadlineMillis) {
        long key = ask(keyAddress, keyLength, 0, false);
        record.command(effect == Effect.PERSIST ? 2 : 3);
        record.argument(effect.name());
        int keyOffset = record.argument(key, keyLength);
        if (effect == Effect.PEXPIREAT) {
            record.argumentLong(deadlineMillis);
        }
        store.expire(record.address() + keyOffset, keyLength, deadlineMillis);
        touched.add(keyOffset, keyLength);
        events.changed(effect, record.address() + keyOffset, keyLength);
    }

    /** Removes every key of every database. */
    public void flush() {
        if (databases.keys() == 0) {
            return;
        }
        askIn(recordDatabase, 0, 0, 0, false);
        record.command(1);
        record.argument(Effect.FLUSHALL.name());
        watches.removeAll(databases);
        databases.clear();
        hasRemovedAll = true;
    }

    /** Removes every key of the database. */
    public void flushDatabase() {
        if (store.keys() == 0) {
            // nothing changes, and there may be no store to empty
            return;
        }
        ask(0, 0, 0, false);
        record.command(1);
        record.argument(Effect.FLUSHDB.name());
        watches.removeAll(database, databases);
        store.clear();
        hasRemovedAll = true;
    }

    /** Lets two databases change their contents. */
    public void swapDatabases(int one, int other) {
        if (one == other) {
            return;
        }
        askIn(recordDatabase, 0, 0, 2 * ARGUMENT_ROOM, false);
        record.command(3);
        record.argument(Effect.SWAPDB.name());
        record.argumentLong(one);
        record.argumentLong(other);
        watches.swap(one, other, databases, nowMillis());
        databases.swap(one, other);
        swaps.add(new int[] {one, other});
        store = databases.of(database);
    }

    /** The function libraries as this transaction sees them. */
    public LibrarySet libraries() {
        return databases.libraries().current();
    }

    /** Makes sure, before the first effect, of a FLUSH of libraries and of a LOAD of each of these. */
    public void promiseLibraries(List<byte[]> codes) {
        long bytes = 0;
        for (byte[] code : codes) {
            bytes += code.length + ARGUMENT_ROOM;
        }
        promise(codes.size() + 1, bytes);
    }

    /** Puts a library in the place of any of its name. */
    public void loadLibrary(byte[] code) {
        long bytes = scratch(code.length);
        Memory.copyIn(code, 0, bytes, code.length);
        functionEffect(4, code.length, "LOAD", "REPLACE", bytes);
    }

    /** Removes a library. */
    public void deleteLibrary(String name) {
        functionEffect(3, name.length(), "DELETE", name, 0);
    }

    /** Removes all libraries. */
    public void flushLibraries() {
        functionEffect(2, 0, "FLUSH", null, 0);
    }

    private void functionEffect(int count, int bytes, String what, String second, long code) {
        askIn(recordDatabase, 0, 0, bytes, false);
        record.command(count);
        record.argument(Effect.FUNCTION.name());
        record.argument(what);
        if (second != null) {
            record.argument(second);
        }
        if (code != 0) {
            record.argument(code, bytes);
        }
        switch (count) {
            case 4 -> databases.libraries().load(Memory.toBytes(code, bytes), store.index(), store.ordinal());
            case 3 -> databases.libraries().delete(second);
            default -> databases.libraries().flush();
        }
    }

    /**
     * Gives a key what another one holds, in the place of whatever that was, deadline included. The other may be of another
     * database than the one that is selected.
     *
     * @param isMoved whether it is taken from the other key
     */
    public void assign(StoredValue from, long newKey, int newKeyLength, boolean isMoved) {
        copied = ownedBy(copied);
        int access = from.entry().access();
        if (events.isOn()) {
            int source = isHere(from) ? database : databases.databaseAt(from.place());
            events.assigned(isMoved, source, from.key(), from.keyLength(), newKey, newKeyLength);
        }
        if (from.type() == ValueType.STRING) {
            copyString(from, newKey, newKeyLength);
        } else if (!from.isTree()) {
            copyPacked(from, newKey, newKeyLength);
        } else if (isMoved && isHere(from)) {
            rename(from.key(), from.keyLength(), newKey, newKeyLength);
            return;
        } else {
            copyLarge(from, newKey, newKeyLength);
        }
        if (isMoved) {
            int here = database;
            select(databases.databaseAt(from.place()));
            delete(from.key(), from.keyLength());
            select(here);
            store.setAccess(newKey, newKeyLength, access);
        }
    }

    private boolean isHere(StoredValue from) {
        return from.place() == store.place();
    }

    private void copyString(StoredValue from, long newKey, int newKeyLength) {
        Entry string = from.entry();
        promise(4, from.keyLength() + 3L * newKeyLength + string.valueLength());
        if (string.encoding() == Entry.ENCODED_RAW) {
            setRaw(newKey, newKeyLength, string.valueAddress(), string.valueLength(), string.expireAtMillis());
        } else {
            set(newKey, newKeyLength, string.valueAddress(), string.valueLength(), string.expireAtMillis());
        }
    }

    /** Small ones are logged by content, so that the effects are each about one key. */
    private void copyPacked(StoredValue from, long newKey, int newKeyLength) {
        CollectionType type = types.of(from.type());
        if (type.making() == null) {
            copyRewritten(type, from, newKey, newKeyLength);
            return;
        }
        int count = 2 * from.packedElements();
        long bytes = from.packedLength() + (long) count * ARGUMENT_ROOM;
        requireStoreRoom();
        promise(4, from.keyLength() + 3L * newKeyLength + bytes);
        if (isStored(newKey, newKeyLength)) {
            delete(newKey, newKeyLength);
        }
        copied.open(newKey, newKeyLength);
        begin(type.making(), copied, count, from.packedLength());
        type.describe(from, this::argument);
        apply(type, copied);
        copied.encoding(from.encoding());
        end(copied, false);
        if (from.expireAtMillis() != NO_EXPIRY) {
            expire(newKey, newKeyLength, from.expireAtMillis());
        }
    }

    /** One that takes several effects to make: they are counted before they are carried out. */
    private void copyRewritten(CollectionType type, StoredValue from, long newKey, int newKeyLength) {
        byte[] key = Memory.toBytes(newKey, newKeyLength);
        try (CollectionRewriter counter = type.rewriter(key);
                CollectionRewriter rewriter = type.rewriter(key)) {
            int[] effects = {4};
            long[] bytes = {from.keyLength() + 3L * newKeyLength};
            counter.packed(from.packed(), from.packedLength(), arguments -> {
                effects[0]++;
                bytes[0] += arguments.totalLength() + (long) arguments.count() * ARGUMENT_ROOM;
            });
            requireStoreRoom();
            promise(effects[0], bytes[0]);
            if (isStored(newKey, newKeyLength)) {
                delete(newKey, newKeyLength);
            }
            copied.open(newKey, newKeyLength);
            rewriter.packed(from.packed(), from.packedLength(), arguments -> carryOut(type, arguments));
        }
        if (from.expireAtMillis() != NO_EXPIRY) {
            expire(newKey, newKeyLength, from.expireAtMillis());
        }
    }

    private void carryOut(CollectionType type, Arguments arguments) {
        Effect effect = Effect.of(arguments);
        String word = effect.key() == 2 ? arguments.ascii(1) : null;
        int first = effect.key() + 1;
        begin(effect, word, copied, arguments.count() - first, arguments.totalLength());
        for (int i = first; i < arguments.count(); i++) {
            argument(arguments.address(i), arguments.length(i));
        }
        apply(type, copied);
        end(copied, false);
    }

    private void copyLarge(StoredValue from, long newKey, int newKeyLength) {
        int source = isHere(from) ? database : databases.databaseAt(from.place());
        long target = askIn(source, newKey, newKeyLength, from.keyLength() + 2 * ARGUMENT_ROOM, true);
        record.command(source == database ? 4 : 6);
        record.argument(Effect.COPY.name());
        record.argument(moved(from.key()), from.keyLength());
        int targetOffset = record.argument(target, newKeyLength);
        if (source != database) {
            record.argument("DB");
            record.argumentLong(database);
        }
        record.argument("REPLACE");
        long base = record.address();
        types.copyTo(from, copied, base + targetOffset, newKeyLength);
        touched.add(targetOffset, newKeyLength);
        made.add(targetOffset, newKeyLength);
        moved.moved(store.place(), base + targetOffset, newKeyLength);
    }

    private void rename(long keyAddress, int keyLength, long newKey, int newKeyLength) {
        long key = ask(keyAddress, keyLength, newKeyLength, true);
        long target = moved(newKey);
        record.command(3);
        record.argument(Effect.RENAME.name());
        int keyOffset = record.argument(key, keyLength);
        int targetOffset = record.argument(target, newKeyLength);
        long base = record.address();
        store.rename(base + keyOffset, keyLength, base + targetOffset, newKeyLength);
        touched.addRemoved(keyOffset, keyLength);
        touched.add(targetOffset, newKeyLength);
        made.add(targetOffset, newKeyLength);
        moved.moved(store.place(), base + targetOffset, newKeyLength);
    }

    /**
     * Begins an effect on a collection: {@link #argument}s of it follow, together with the changes of the value that they stand
     * for, and then {@link #end}. What lies there past its deadline goes first.
     *
     * @param changed the opened value; one that is not there must be {@link StoredValue#create}d after this
     * @param arguments about so many will follow
     * @param bytes of all arguments, at most
     */
    public void begin(Effect effect, StoredValue changed, int arguments, long bytes) {
        begin(effect, null, changed, arguments, bytes);
    }

    /** The same with a word before the key, for {@link Effect#XGROUP}. */
    public void begin(Effect effect, String word, StoredValue changed, int arguments, long bytes) {
        long size = bytes + (long) arguments * ARGUMENT_ROOM;
        if (changed.isHidden()) {
            requireStoreRoom();
            promise(2, 2L * changed.keyLength() + size);
            requireStoreRoom();
            delete(changed.key(), changed.keyLength());
            changed.open(changed.key(), changed.keyLength());
        }
        long key = ask(changed.key(), changed.keyLength(), size, !changed.isThere());
        effectStart = record.length();
        effectBegun = effect;
        effectArguments.clear();
        record.openCommand(arguments + (word == null ? 2 : 3));
        note(record.argument(effect.name()));
        if (word != null) {
            note(record.argument(word));
        }
        effectKey = record.argument(key, changed.keyLength());
        note(effectKey);
        effectKeyLength = changed.keyLength();
    }

    /**
     * Begins an effect that makes a collection in the place of whatever a key holds, with no deadline. That stays where it is
     * until {@link #end}, so that arguments may lie in it.
     *
     * @param changed the opened value, which is absent after this
     */
    public void beginReplacing(Effect effect, StoredValue changed, int arguments, long bytes) {
        promise(2, 2L * changed.keyLength() + bytes + (long) arguments * ARGUMENT_ROOM);
        requireStoreRoom();
        isReplacing = changed.isThere();
        if (isReplacing) {
            long key = ask(changed.key(), changed.keyLength(), 0, false);
            deleteEffect(key, changed.keyLength());
        }
        begin(effect, changed, arguments, bytes);
        changed.replace();
    }

    /**
     * Removes whatever a key holds, so that one effect can make a collection in its place, and opens it: {@link #begin} follows.
     *
     * @param arguments of that effect
     * @param bytes of them all
     */
    public void clear(StoredValue target, long keyAddress, int keyLength, int arguments, long bytes) {
        requireStoreRoom();
        promise(2, 2L * keyLength + bytes + (long) arguments * ARGUMENT_ROOM);
        if (isStored(keyAddress, keyLength)) {
            deleteToReplace(keyAddress, keyLength);
        }
        target.open(keyAddress, keyLength);
    }

    /** Adds an argument to the effect that was begun. */
    public void argument(long address, int length) {
        note(record.argument(moved(address), length));
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
        effectArguments.add(offset, record.length() - 2 - offset);
    }

    /** Carries the effect out that was begun, with its arguments so far, as a replica will. */
    public void apply(CollectionType type, StoredValue changed) {
        applied.reset();
        for (int i = 0; i < effectArguments.count(); i++) {
            applied.add(record.address() + effectArguments.offset(i), effectArguments.length(i));
        }
        String misfit = type.apply(effectBegun, applied, changed);
        assert misfit == null : misfit;
    }

    /** Forgets the effect that was begun: nothing was changed. */
    public void cancel() {
        record.truncate(effectStart, record.commandCount() - 1);
        if (selectStart != NONE) {
            record.truncate(selectStart, record.commandCount() - 1);
            recordDatabase = selectedBefore;
        }
    }

    /**
     * Ends the effect: the changes become the key's. A collection without elements does not exist, so it is removed, and that is
     * what the log says.
     */
    public void end(StoredValue changed, boolean isEmpty) {
        if (isEmpty) {
            record.truncate(effectStart, record.commandCount() - 1);
            effectKey = deleteEffect(moved(changed.key()), effectKeyLength);
            changed.remove();
            events.emptied(effectBegun, record.address() + effectKey, effectKeyLength);
        } else {
            int length = record.length();
            record.closeCommand();
            // its number of arguments may have other digits than was expected
            effectKey += record.length() - length;
            if (changed.isNew() || changed.type() == ValueType.STREAM) {
                made.add(effectKey, effectKeyLength);
            }
            if (changed.isNew() && !isReplacing) {
                events.made(false, record.address() + effectKey, effectKeyLength);
            }
            changed.publish();
            events.changed(effectBegun, record.address() + effectKey, effectKeyLength);
        }
        touched.add(effectKey, effectKeyLength);
        isReplacing = false;
    }

    /**
     * Asks for an effect before anything of it is done: makes room so that the record does not move while it is added, and
     * tells the store which effect it is. Gives where the key is then.
     */
    private long ask(long keyAddress, int keyLength, long bytes, boolean mayPut) {
        return askIn(database, keyAddress, keyLength, bytes, mayPut);
    }

    /** The same for an effect whose words are about another database than the store that it changes. */
    private long askIn(int named, long keyAddress, int keyLength, long bytes, boolean mayPut) {
        long needed = (long) record.length() + keyLength + bytes + EFFECT_ROOM;
        if (needed > maxRecordLength + EFFECT_ROOM) {
            throw new RefusedException("ERR the effects of this command are larger than a record of the log takes ("
                    + maxRecordLength + " bytes, set by max-value-size)");
        }
        requireCommands(named == recordDatabase ? 1 : 2);
        if (mayPut) {
            requireStoreRoom();
        }
        if (needed > promisedBytes) {
            index = admission.admit((int) needed);
            promisedBytes = needed;
        }
        sourceBase = record.address();
        sourceEnd = sourceBase + record.length();
        record.reserve((int) (keyLength + bytes + EFFECT_ROOM));
        selectStart = NONE;
        if (named != recordDatabase) {
            selectEffect(named);
        }
        store.position(index, record.commandCount());
        return moved(keyAddress);
    }

    /** The effects that follow in the record are about a database. */
    private void selectEffect(int named) {
        selectStart = record.length();
        selectedBefore = recordDatabase;
        record.command(2);
        record.argument(Effect.SELECT.name());
        record.argumentLong(named);
        recordDatabase = named;
    }

    private void requireCommands(int effects) {
        if (effects > RecordLayout.MAX_COMMANDS - record.commandCount()) {
            throw new RefusedException(
                    "ERR a command or transaction may have at most " + RecordLayout.MAX_COMMANDS + " effects");
        }
    }

    /** Asked before the first of several effects too, if one that follows may put a key. */
    private void requireStoreRoom() {
        if (!hasStoreRoom) {
            throw new RefusedException("OOM command not allowed: the store can't grow; delete keys, or restart with a"
                    + " larger max-entries");
        }
    }

    /** Where bytes are now that were in the record before {@link #ask}. */
    private long moved(long address) {
        return address >= sourceBase && address < sourceEnd ? record.address() + (address - sourceBase) : address;
    }

    /**
     * Makes sure at once of all effects of a command that has several and is not undoable.
     *
     * @param effects how many
     * @param bytes of all their keys and arguments
     */
    public void promise(int effects, long bytes) {
        promise(effects, bytes, EFFECT_BYTES);
    }

    /** The same of many effects that only remove keys, or set them to strings without a deadline. */
    public void promisePlain(int effects, long bytes) {
        promise(effects, bytes, PLAIN_EFFECT_BYTES);
    }

    private void promise(int effects, long bytes, int bytesEach) {
        long needed = (long) record.length() + bytes + (long) effects * bytesEach + EFFECT_ROOM;
        requireCommands(database == recordDatabase ? effects : effects + 2);
        if (needed > maxRecordLength) {
            throw new RefusedException("ERR the effects of this command are larger than a record of the log takes ("
                    + maxRecordLength + " bytes, set by max-value-size)");
        }
        if (needed > promisedBytes) {
            index = admission.admit((int) needed);
            promisedBytes = needed;
        }
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

    /** Bytes that an opened value, which is there, takes with its key. */
    public long bytesOf(StoredValue opened) {
        return store.cost(opened.keyLength(), opened.entry());
    }

    /** How many keys the database has; those past their deadline count until they are removed, as in Redis. */
    public long keyCount() {
        return store.keys();
    }

    /** How many steps {@link #scan} has: {@link Store#segments}. */
    public int scanSteps() {
        return store.segments();
    }

    /**
     * Visits some of the keys, each in exactly one step. A step's number means the same until the store grows or is
     * emptied, see {@link Store#segments}.
     */
    public void scan(int step, EntryVisitor visitor) {
        store.scan(step, (keyAddress, keyLength, scanned) -> {
            if (!isPast(scanned.expireAtMillis())) {
                visitor.entry(keyAddress, keyLength, scanned);
            }
        });
    }

    boolean isEmpty() {
        return record.isEmpty();
    }

    boolean hasRemovedAll() {
        return hasRemovedAll;
    }

    RecordSlices touched() {
        return touched;
    }

    /** Databases that were swapped, two each. */
    List<int[]> swaps() {
        return swaps;
    }

    /** Keys that clients may wait for, in the order in which they were made. */
    RecordSlices made() {
        return made;
    }
}
