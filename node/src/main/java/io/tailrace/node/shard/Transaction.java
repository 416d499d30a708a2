package io.tailrace.node.shard;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.Store;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;

/**
 * What a command, or all of a MULTI, sees of its shard and wants changed. Owned by the shard's reactor thread, reused for
 * every command.
 *
 * <p>Looking up shows the store as the effects asked for so far would leave it; the store itself changes only when the
 * shard has appended those effects, as one record, to the log. A command asks for effects that are final: absolute times,
 * results instead of operations; one that changes nothing asks for nothing. Keys past their deadline are absent here;
 * their removal is logged by active expiry alone, so a read never writes.
 *
 * <p>Keys, values and lookups are addresses and lengths. What {@link #find} shows is valid until the next effect: reply
 * first, then change. Arguments of effects may lie anywhere, in what find showed as well.
 */
public final class Transaction {
    /** {@link #expireAtMillis()} of a key that does not expire. */
    public static final long NO_EXPIRY = Entry.NO_EXPIRY;

    private static final int EFFECT_ROOM = 256;
    private static final int AT_END = -1;
    private static final long UNREAD = Long.MIN_VALUE;

    private final RecordBuilder record;
    private final int maxValueLength;
    private final int maxRecordLength;
    private final PendingKeys pending = new PendingKeys();
    private final EffectList effects = new EffectList();
    private final Entry entry = new Entry();
    private final EntryVisitor scanned = this::scanned;
    private Store store;
    private CycleClock clock;
    private long nowMillis;
    private boolean isMulti;
    private boolean isFlushed;
    private long keyDelta;
    private int puts;
    private KeyVisitor visitor;
    private long valueAddress;
    private int valueLength;
    private long expireAtMillis;
    private long sourceBase;
    private long sourceEnd;

    Transaction(RecordBuilder record, int maxValueLength, int maxRecordLength) {
        this.record = record;
        this.maxValueLength = maxValueLength;
        this.maxRecordLength = maxRecordLength;
    }

    void begin(Store shardStore, CycleClock shardClock, boolean hasSeveralCommands) {
        store = shardStore;
        clock = shardClock;
        nowMillis = UNREAD;
        isMulti = hasSeveralCommands;
        reset();
    }

    private void reset() {
        record.begin(RecordLayout.KIND_EFFECT);
        pending.clear();
        effects.clear();
        isFlushed = false;
        keyDelta = 0;
        puts = 0;
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

    /** The longest value a key may have, bytes. */
    public int maxValueLength() {
        return maxValueLength;
    }

    /** Looks a key up; when there is one, the accessors below show it. */
    public boolean find(long keyAddress, int keyLength) {
        int at = pending.find(record.address(), keyAddress, keyLength);
        if (at != PendingKeys.NONE) {
            return findPending(at, keyAddress, keyLength);
        }
        return !isFlushed && findStored(keyAddress, keyLength) && !isPast(expireAtMillis);
    }

    private boolean findPending(int at, long keyAddress, int keyLength) {
        if (!pending.exists(at) || isPast(pending.expireAt(at))) {
            return false;
        }
        int offset = pending.valueOffset(at);
        if (offset == PendingKeys.VALUE_IN_STORE) {
            findStored(keyAddress, keyLength);
        } else {
            valueAddress = record.address() + offset;
            valueLength = pending.valueLength(at);
        }
        expireAtMillis = pending.expireAt(at);
        return true;
    }

    private boolean findStored(long keyAddress, int keyLength) {
        if (!store.find(keyAddress, keyLength, entry)) {
            return false;
        }
        valueAddress = entry.valueAddress();
        valueLength = entry.valueLength();
        expireAtMillis = entry.expireAtMillis();
        return true;
    }

    /** Whether the store holds the key, past its deadline or not. */
    boolean isStored(long keyAddress, int keyLength) {
        return store.find(keyAddress, keyLength, entry);
    }

    private boolean isPast(long deadline) {
        return deadline != NO_EXPIRY && deadline <= nowMillis();
    }

    /** Of the key last found: where its value is. */
    public long valueAddress() {
        return valueAddress;
    }

    public int valueLength() {
        return valueLength;
    }

    /** Of the key last found: its deadline in epoch milliseconds, or {@link #NO_EXPIRY}. */
    public long expireAtMillis() {
        return expireAtMillis;
    }

    /** Sets a key to a value; a deadline it had is replaced by {@code deadlineMillis}, which may be {@link #NO_EXPIRY}. */
    public void set(long keyAddress, int keyLength, long newValue, int newLength, long deadlineMillis) {
        long key = keep(keyAddress, keyLength, newLength);
        long value = moved(newValue);
        command(deadlineMillis == NO_EXPIRY ? 3 : 5);
        record.argument(Effect.SET.name());
        int keyOffset = record.argument(key, keyLength);
        int valueOffset = record.argument(value, newLength);
        deadlineArguments(deadlineMillis);
        addSet(keyOffset, keyLength, valueOffset, newLength, deadlineMillis);
    }

    /** Sets a key to a number in decimal. */
    public void setLong(long keyAddress, int keyLength, long number, long deadlineMillis) {
        long key = keep(keyAddress, keyLength, 0);
        command(deadlineMillis == NO_EXPIRY ? 3 : 5);
        record.argument(Effect.SET.name());
        int keyOffset = record.argument(key, keyLength);
        int valueOffset = record.argumentLong(number);
        int length = record.length() - valueOffset - 2;
        deadlineArguments(deadlineMillis);
        addSet(keyOffset, keyLength, valueOffset, length, deadlineMillis);
    }

    private void addSet(int keyOffset, int keyLength, int valueOffset, int length, long deadlineMillis) {
        effects.add(Effect.SET, keyOffset, keyLength, valueOffset, length, deadlineMillis);
        puts++;
        setPending(keyOffset, keyLength, valueOffset, length, deadlineMillis);
    }

    private void setPending(int keyOffset, int keyLength, int valueOffset, int length, long deadlineMillis) {
        boolean existed = isHeld(keyOffset, keyLength);
        int at = pending.findOrAdd(record.address(), keyOffset, keyLength);
        pending.setPresent(at, valueOffset, length, deadlineMillis);
        keyDelta += existed ? 0 : 1;
    }

    /**
     * Whether a key is there, expired ones included: what the store's own count counts. Only a MULTI asks for the count
     * after it has changed something, so nothing else pays for this lookup.
     */
    private boolean isHeld(int keyOffset, int keyLength) {
        if (!isMulti) {
            return true;
        }
        long address = record.address() + keyOffset;
        int at = pending.find(record.address(), address, keyLength);
        return at == PendingKeys.NONE ? !isFlushed && store.find(address, keyLength, entry) : pending.exists(at);
    }

    /** Adds bytes to the end of the value of a key that exists; its deadline stays. */
    public void append(long keyAddress, int keyLength, long bytes, int length) {
        if (isMulti) {
            writeOver(keyAddress, keyLength, AT_END, bytes, length);
            return;
        }
        long key = keep(keyAddress, keyLength, length);
        long value = moved(bytes);
        command(3);
        record.argument(Effect.APPEND.name());
        int keyOffset = record.argument(key, keyLength);
        effects.add(Effect.APPEND, keyOffset, keyLength, record.argument(value, length), length, 0);
        puts++;
    }

    /**
     * Overwrites a part of the value of a key, filling with zero bytes up to it; its deadline stays. A key that is absent
     * may still lie in the store, past its deadline, so that its first value is logged whole.
     */
    public void setRange(long keyAddress, int keyLength, int offset, long bytes, int length) {
        if (isMulti || !find(keyAddress, keyLength)) {
            writeOver(keyAddress, keyLength, offset, bytes, length);
            return;
        }
        long key = keep(keyAddress, keyLength, length);
        long value = moved(bytes);
        command(4);
        record.argument(Effect.SETRANGE.name());
        int keyOffset = record.argument(key, keyLength);
        record.argumentLong(offset);
        effects.add(Effect.SETRANGE, keyOffset, keyLength, record.argument(value, length), length, offset);
        puts++;
    }

    /**
     * In a MULTI later commands may read what this makes of the value, so all of it is logged: the value as it is, if
     * there is one, then the bytes at {@code offset}, or at its end.
     */
    private void writeOver(long keyAddress, int keyLength, int offset, long bytes, int length) {
        boolean isFound = find(keyAddress, keyLength);
        long deadline = isFound ? expireAtMillis : NO_EXPIRY;
        int oldLength = isFound ? valueLength : 0;
        int at = offset == AT_END ? oldLength : offset;
        int total = Math.max(oldLength, at + length);
        long key = keep(keyAddress, keyLength, total);
        long old = moved(valueAddress);
        long part = moved(bytes);
        command(deadline == NO_EXPIRY ? 3 : 5);
        record.argument(Effect.SET.name());
        int keyOffset = record.argument(key, keyLength);
        int valueOffset = record.argumentOf(total);
        long target = record.address() + valueOffset;
        Memory.copy(old, target, oldLength);
        for (int i = oldLength; i < at; i++) {
            Memory.putByte(target + i, (byte) 0);
        }
        Memory.copy(part, target + at, length);
        deadlineArguments(deadline);
        addSet(keyOffset, keyLength, valueOffset, total, deadline);
    }

    private void deadlineArguments(long deadlineMillis) {
        if (deadlineMillis != NO_EXPIRY) {
            record.argument("PXAT");
            record.argumentLong(deadlineMillis);
        }
    }

    /** Removes a key that exists. */
    public void delete(long keyAddress, int keyLength) {
        long key = keep(keyAddress, keyLength, 0);
        command(2);
        record.argument(Effect.DEL.name());
        int keyOffset = record.argument(key, keyLength);
        boolean existed = isHeld(keyOffset, keyLength);
        effects.add(Effect.DEL, keyOffset, keyLength, 0, 0, 0);
        pending.setAbsent(pending.findOrAdd(record.address(), keyOffset, keyLength));
        keyDelta -= existed ? 1 : 0;
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
        long key = keep(keyAddress, keyLength, 0);
        command(effect == Effect.PERSIST ? 2 : 3);
        record.argument(effect.name());
        int keyOffset = record.argument(key, keyLength);
        if (effect == Effect.PEXPIREAT) {
            record.argumentLong(deadlineMillis);
        }
        effects.add(effect, keyOffset, keyLength, 0, 0, deadlineMillis);
        boolean isNew = pending.find(record.address(), record.address() + keyOffset, keyLength) == PendingKeys.NONE;
        int at = pending.findOrAdd(record.address(), keyOffset, keyLength);
        int valueOffset = isNew ? PendingKeys.VALUE_IN_STORE : pending.valueOffset(at);
        pending.setPresent(at, valueOffset, isNew ? 0 : pending.valueLength(at), deadlineMillis);
    }

    /** Removes every key of the shard. */
    public void flush() {
        command(1);
        record.argument(Effect.FLUSHALL.name());
        effects.add(Effect.FLUSHALL, 0, 0, 0, 0, 0);
        pending.clear();
        isFlushed = true;
        keyDelta = -store.keys();
    }

    /** How many keys there are; those past their deadline count until they are removed, as in Redis. */
    public long keyCount() {
        return store.keys() + keyDelta;
    }

    /** How many steps {@link #scan} has: as many as {@link Store#segments}, and one for keys that are not stored yet. */
    public int scanSteps() {
        return store.segments() + 1;
    }

    /**
     * Visits some of the keys, each in exactly one step. A step's number means the same until the store grows or is
     * emptied, see {@link Store#segments}.
     */
    public void scan(int step, KeyVisitor keyVisitor) {
        visitor = keyVisitor;
        if (step < store.segments()) {
            if (!isFlushed) {
                store.scan(step, scanned);
            }
            return;
        }
        for (int at = 0; at < pending.count(); at++) {
            long address = record.address() + pending.keyOffset(at);
            boolean isUnseen = isFlushed || !isStored(address, pending.keyLength(at));
            if (isUnseen && isVisible(at)) {
                keyVisitor.key(address, pending.keyLength(at));
            }
        }
    }

    private void scanned(long keyAddress, int keyLength, Entry scannedEntry) {
        int at = pending.find(record.address(), keyAddress, keyLength);
        boolean isVisible = at == PendingKeys.NONE ? !isPast(scannedEntry.expireAtMillis()) : isVisible(at);
        if (isVisible) {
            visitor.key(keyAddress, keyLength);
        }
    }

    private boolean isVisible(int at) {
        return pending.exists(at) && !isPast(pending.expireAt(at));
    }

    /** Makes room so that the record does not move while one effect is added, and says where the key is then. */
    private long keep(long keyAddress, int keyLength, int valueBytes) {
        long needed = (long) record.length() + keyLength + valueBytes + EFFECT_ROOM;
        if (needed > maxRecordLength + EFFECT_ROOM) {
            throw new EffectsTooLargeException("the effects of this command are larger than a record of the log takes ("
                    + maxRecordLength + " bytes, set by max-value-size)");
        }
        sourceBase = record.address();
        sourceEnd = sourceBase + record.length();
        record.reserve(keyLength + valueBytes + EFFECT_ROOM);
        return moved(keyAddress);
    }

    private void command(int argumentCount) {
        if (record.commandCount() == RecordLayout.MAX_COMMANDS) {
            throw new EffectsTooLargeException(
                    "a command or transaction may have at most " + RecordLayout.MAX_COMMANDS + " effects");
        }
        record.command(argumentCount);
    }

    /** Where bytes are now that were in the record before {@link #keep}. */
    private long moved(long address) {
        return address >= sourceBase && address < sourceEnd ? record.address() + (address - sourceBase) : address;
    }

    /** Whether the store would take more than it does now. */
    public boolean needsRoom() {
        return !isFlushed && RoomNeeded.of(record, pending, effects, store) > 0;
    }

    boolean isEmpty() {
        return effects.count() == 0;
    }

    /** How many effects may need room in the store. */
    int puts() {
        return puts;
    }

    EffectList effects() {
        return effects;
    }
}
