package io.tailrace.node.shard;

import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;

/**
 * What a command, or all of a MULTI, reads and changes. A {@link ShardTransaction} is about the keys of one
 * shard, a {@link SpreadTransaction} about those of several, each with a ShardTransaction of its own. Owned by the thread that runs it.
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
 */
public abstract class Transaction {
    /** {@link #expireAtEpochMs()} of a key that does not expire. */
    public static final long NO_EXPIRY = Entry.NO_EXPIRY;

    /** Of an argument beyond its bytes. */
    public static final int ARGUMENT_ROOM = EffectLog.ARGUMENT_ROOM;

    Transaction() {}

    /** Says of which database the keys are from here on: 0 until it is called. Pointers into the store stay valid. */
    public abstract void select(int database);

    /** Of which the keys are. */
    public abstract int database();

    /** The database that the keys are of, as a whole. */
    public abstract SelectedDatabase selected();

    /**
     * Before each command that may write: asks for room in the store, so that pointers into it stay valid until its end.
     *
     * @param added keys that it may add
     */
    public abstract void prepare(int added);

    /**
     * The time all commands of this transaction see, epoch milliseconds: that of its first need for it. So deadlines count from
     * when the command runs, and commands without any cost no look at the clock.
     */
    public abstract long nowEpochMs();

    /**
     * Whether clients may write here now: asked by a command that only reads but may note something in what it reads, which on a
     * replica is up to its primary.
     */
    public abstract boolean isWritable();

    /** What is told of the transaction's changes. */
    public abstract KeyEvents events();

    /** The longest value a key may have, bytes. */
    public abstract int maxValueLength();

    /** Looks a key up, of any type; when there is one, the accessors below show it. */
    public abstract boolean find(long keyAddress, int keyLength);

    /** What look-ups count. */
    public abstract KeyLookups lookups();

    /** @param kind what the look-ups of the command that follows stand for, see {@link KeyLookups} */
    public abstract void lookups(int kind);

    /**
     * Looks a string up; when there is one, the accessors below show it.
     *
     * @throws CommandErrorException when the key holds another type
     */
    public abstract boolean findString(long keyAddress, int keyLength);

    /** Of the key last found: one of {@link ValueType}'s. */
    public abstract int type();

    /** Of the string last found: where it is. */
    public abstract long valueAddress();

    public abstract int valueLength();

    /** Of the key last found: its deadline in epoch milliseconds, or {@link #NO_EXPIRY}. */
    public abstract long expireAtEpochMs();

    /** Of the key last found. */
    public abstract Entry entry();

    /** Opens a key's value of any type; one that is past its deadline is absent, see {@link StoredValue#isThere}. */
    public abstract StoredValue open(StoredValue into, long keyAddress, int keyLength);

    /**
     * Opens a collection; one that is past its deadline is absent, see {@link StoredValue#isThere}.
     *
     * @throws CommandErrorException when the key holds another type
     */
    public abstract StoredValue open(StoredValue into, long keyAddress, int keyLength, int type);

    /** A value to open in the selected database: the one given, if there is one, or a new one. */
    public abstract StoredValue ownedBy(StoredValue used);

    /** Sets a key to a string; a deadline it had is replaced by {@code deadlineEpochMs}, which may be {@link #NO_EXPIRY}. */
    public abstract void set(long keyAddress, int keyLength, long newValue, int newLength, long deadlineEpochMs);

    /** Sets a key to a number in decimal. */
    public abstract void setLong(long keyAddress, int keyLength, long number, long deadlineEpochMs);

    /** Adds bytes to the end of the string of a key that exists; its deadline stays. */
    public abstract void append(long keyAddress, int keyLength, long bytes, int length);

    /**
     * Overwrites a part of the string of a key, filling with zero bytes up to it; its deadline stays. A key that is absent
     * may still lie in the store, past its deadline: that goes first.
     */
    public abstract void setRange(long keyAddress, int keyLength, int offset, long bytes, int length);

    /**
     * Sets a key to a string that Redis would hold as bytes, whatever they spell, in the place of anything that it holds.
     *
     * @param deadlineEpochMs or {@link #NO_EXPIRY}
     */
    public abstract void setRaw(long keyAddress, int keyLength, long bytes, int length, long deadlineEpochMs);

    /** Removes a key that exists, or lies there past its deadline, for another value of it to come. */
    public abstract void deleteToReplace(long keyAddress, int keyLength);

    /** Removes a key that exists, or lies there past its deadline. */
    public abstract void delete(long keyAddress, int keyLength);

    /** Gives a key that exists a deadline, which must not be {@link #NO_EXPIRY}. */
    public abstract void expire(long keyAddress, int keyLength, long deadlineEpochMs);

    /** Removes the deadline of a key that exists. */
    public abstract void persist(long keyAddress, int keyLength);

    /** The effects on whole databases. */
    public abstract DatabaseEffects databases();

    /** The function libraries as this transaction sees and changes them. */
    public abstract LibraryWriter libraries();

    /**
     * Gives a key what another one holds, in the place of whatever that was, deadline included. The other may be of another
     * database than the one that is selected.
     *
     * @param isMoved whether it is taken from the other key
     */
    public abstract void assign(StoredValue from, long newKey, int newKeyLength, boolean isMoved);

    /** The effect on a collection: made argument by argument, together with the value. */
    public abstract CollectionEffect effect();

    /**
     * Makes sure at once of all effects of a command that has several and is not undoable.
     *
     * @param effects how many
     * @param bytes of all their keys and arguments
     */
    public abstract void promise(int effects, long bytes);

    /** The same of many effects that only remove keys, or set them to strings without a deadline. */
    public abstract void promisePlain(int effects, long bytes);

    /** A command counts as a write of a key, as it does in Redis, although it changes nothing. */
    public abstract void touch(long keyAddress, int keyLength);

    /**
     * {@link #setRange} that does not count as a write of the key, as in Redis: a string that is stored in another way, or
     * grows for what is not written then.
     */
    public abstract void keepRange(long keyAddress, int keyLength, int offset, long bytes, int length);

    /** Whether a key is of a shard that the transaction is about. */
    public abstract boolean holds(long keyAddress, int keyLength);

    /** Memory for something that a command makes, until the next call. */
    public abstract long scratch(int bytes);

    /** @throws CommandErrorException when an opened value is there and of another type */
    public static void requireType(StoredValue opened, int type) {
        if (opened.isThere() && opened.type() != type) {
            throw wrongType();
        }
    }

    static CommandErrorException wrongType() {
        return new CommandErrorException("WRONGTYPE Operation against a key holding the wrong kind of value");
    }
}
