package io.tailrace.wire.record;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/**
 * The closed vocabulary of a record: every write is logged as one or more of these, whatever command caused it.
 *
 * <p>Each is deterministic and final: times are absolute, results are written out, elements are named by member, score, ID
 * or index and never by chance. But for {@link #RENAME}, {@link #COPY} and the ones without a key, each changes one key, by
 * what that key holds and nothing else. All are commands of Redis 7.0 that do the same there, so a dump of a log can be replayed into it.
 *
 * <p>Keys are of the database that the last {@link #SELECT} of the same record named, 0 where there was none.
 */
public enum Effect {
    /** {@code SELECT database}: of the effects after it in this record. */
    SELECT(Shape.NO_KEY, 2, 2, 0),
    /** {@code SET key value}, which clears a deadline, or {@code SET key value PXAT epoch-ms}. Replaces any type. */
    SET(Shape.KEY, 3, 5, 0),
    /** {@code DEL key}. */
    DEL(Shape.KEY, 2, 2, 0),
    /** {@code APPEND key bytes}; keeps the deadline. */
    APPEND(Shape.KEY, 3, 3, 0),
    /** {@code SETRANGE key offset bytes}; keeps the deadline. */
    SETRANGE(Shape.KEY, 4, 4, 0),
    /** {@code PEXPIREAT key epoch-ms}. */
    PEXPIREAT(Shape.KEY, 3, 3, 0),
    /** {@code PERSIST key}. */
    PERSIST(Shape.KEY, 2, 2, 0),
    /** {@code RENAME key new-key}: a large collection is moved and not written out. */
    RENAME(Shape.TWO_KEYS, 3, 3, 0),
    /**
     * {@code COPY key new-key REPLACE}: a large collection is copied where it is and not written out; replaces any type.
     * {@code COPY key new-key DB database REPLACE} where the new key is of another database than the key.
     */
    COPY(Shape.SOURCE_AND_KEY, 4, 6, 0),
    /** {@code FLUSHALL}: every key of every database. */
    FLUSHALL(Shape.NO_KEY, 1, 1, 0),
    /** {@code FLUSHDB}: every key of the database. */
    FLUSHDB(Shape.NO_KEY, 1, 1, 0),
    /** {@code SWAPDB database database}. */
    SWAPDB(Shape.NO_KEY, 3, 3, 0),

    /** {@code HSET key field value [field value ...]}. */
    HSET(Shape.KEY, 4, Integer.MAX_VALUE, 2),
    /** {@code HDEL key field [field ...]}. */
    HDEL(Shape.KEY, 3, Integer.MAX_VALUE, 0),

    /** {@code SADD key member [member ...]}. */
    SADD(Shape.KEY, 3, Integer.MAX_VALUE, 0),
    /** {@code SREM key member [member ...]}. */
    SREM(Shape.KEY, 3, Integer.MAX_VALUE, 0),

    /** {@code ZADD key score member [score member ...]}, with scores that read back as the same number. */
    ZADD(Shape.KEY, 4, Integer.MAX_VALUE, 2),
    /** {@code ZREM key member [member ...]}. */
    ZREM(Shape.KEY, 3, Integer.MAX_VALUE, 0),

    /** {@code LPUSH key element [element ...]}. */
    LPUSH(Shape.KEY, 3, Integer.MAX_VALUE, 0),
    /** {@code RPUSH key element [element ...]}. */
    RPUSH(Shape.KEY, 3, Integer.MAX_VALUE, 0),
    /** {@code LPOP key count}. */
    LPOP(Shape.KEY, 3, 3, 0),
    /** {@code RPOP key count}. */
    RPOP(Shape.KEY, 3, 3, 0),
    /** {@code LSET key index element}. */
    LSET(Shape.KEY, 4, 4, 0),
    /** {@code LTRIM key start stop}. */
    LTRIM(Shape.KEY, 4, 4, 0),
    /** {@code LREM key count element}. */
    LREM(Shape.KEY, 4, 4, 0),
    /** {@code LINSERT key BEFORE|AFTER pivot element}. */
    LINSERT(Shape.KEY, 5, 5, 0),

    /** {@code XADD key id field value [field value ...]}. */
    XADD(Shape.KEY, 5, Integer.MAX_VALUE, 1),
    /** {@code XTRIM key MINID id}: exact. */
    XTRIM(Shape.KEY, 4, 4, 0),
    /** {@code XDEL key id [id ...]}. */
    XDEL(Shape.KEY, 3, Integer.MAX_VALUE, 0),
    /** {@code XSETID key last-id ENTRIESADDED n MAXDELETEDID id}. */
    XSETID(Shape.KEY, 7, 7, 0),
    /**
     * {@code XGROUP CREATE key group id ENTRIESREAD n [MKSTREAM]}, {@code SETID} likewise, {@code DESTROY key group},
     * {@code CREATECONSUMER key group consumer}, {@code DELCONSUMER} likewise.
     */
    XGROUP(Shape.SECOND_IS_KEY, 4, 8, 0),
    /** {@code XACK key group id [id ...]}. */
    XACK(Shape.KEY, 4, Integer.MAX_VALUE, 0),
    /**
     * {@code XCLAIM key group consumer 0 id [id ...] TIME ms RETRYCOUNT n FORCE JUSTID [LASTID id]}: these entries are pending with
     * the consumer, which is there and was last seen then. No entry has the ID 0-0: then only the time at which it was last seen is set.
     */
    XCLAIM(Shape.KEY, 12, Integer.MAX_VALUE, 0),

    /** {@code FUNCTION LOAD REPLACE code}, {@code FUNCTION DELETE library}, {@code FUNCTION FLUSH}. */
    FUNCTION(Shape.NO_KEY, 2, 4, 0),

    /**
     * {@code ECHO text}: changes nothing. The text is a note for those who follow, such as the name under which a change is told; who does not
     * know it leaves it out.
     */
    ECHO(Shape.NO_KEY, 2, 2, 0);

    private enum Shape {
        NO_KEY,
        KEY,
        SECOND_IS_KEY,
        TWO_KEYS,
        SOURCE_AND_KEY
    }

    private static final int TABLE = 256;
    private static final Effect[] BY_NAME = new Effect[TABLE];
    private static final int MAX_LENGTH = 9;
    private static final int LETTER = 0x1f;
    private static final int MULTIPLIER = 31;

    static {
        for (Effect effect : values()) {
            int slot = hash(effect.name());
            while (BY_NAME[slot] != null) {
                slot = slot + 1 & TABLE - 1;
            }
            BY_NAME[slot] = effect;
        }
    }

    private final Shape shape;
    private final int least;
    private final int most;
    private final int pairsFrom;

    /**
     * Whether it counts as a write of its key to clients that watch or cache that. What groups have read of a stream, and which IDs it has
     * given, do not in Redis (its signalModifiedKey is not called there), unless they make the key.
     */
    public boolean isWriteOfKey() {
        return switch (this) {
            case XSETID, XGROUP, XACK, XCLAIM -> false;
            default -> true;
        };
    }

    /**
     * @param least arguments, the name included
     * @param most of them
     * @param pairsFrom 2: arguments from the second on are pairs; 1: an odd number of arguments; 0: anything
     */
    Effect(Shape shape, int least, int most, int pairsFrom) {
        this.shape = shape;
        this.least = least;
        this.most = most;
        this.pairsFrom = pairsFrom;
    }

    /** Which argument is the key, or 0 when it is about no key. */
    public int key() {
        return switch (shape) {
            case NO_KEY -> 0;
            case SECOND_IS_KEY, SOURCE_AND_KEY -> 2;
            default -> 1;
        };
    }

    /** Which argument is a second key that it changes, or 0. */
    public int secondKey() {
        return shape == Shape.TWO_KEYS ? 2 : 0;
    }

    /** Which argument is a key that it reads besides the one that it changes, or 0. */
    public int sourceKey() {
        return shape == Shape.TWO_KEYS || shape == Shape.SOURCE_AND_KEY ? 1 : 0;
    }

    /**
     * The database of the key that an effect changes.
     *
     * @param selected of the record's last {@link #SELECT}, or 0
     */
    public int database(Arguments arguments, int selected) {
        return this == COPY && arguments.count() == 6 ? (int) arguments.parseLong(4) : selected;
    }

    /** The effect the arguments spell, or null if the name is unknown or the arguments don't fit it. */
    public static Effect of(Arguments arguments) {
        int count = arguments.count();
        if (count == 0 || arguments.length(0) > MAX_LENGTH) {
            return null;
        }
        int slot = hash(arguments.address(0), arguments.length(0));
        for (Effect effect = BY_NAME[slot]; effect != null; effect = BY_NAME[slot]) {
            if (arguments.is(0, effect.name())) {
                return effect.fits(arguments, count) ? effect : null;
            }
            slot = slot + 1 & TABLE - 1;
        }
        return null;
    }

    private static int hash(String name) {
        int hash = 0;
        for (int i = 0; i < name.length(); i++) {
            hash = hash * MULTIPLIER + (name.charAt(i) & LETTER);
        }
        return hash & TABLE - 1;
    }

    private static int hash(long address, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = hash * MULTIPLIER + (Memory.getByte(address + i) & LETTER);
        }
        return hash & TABLE - 1;
    }

    private boolean fits(Arguments arguments, int count) {
        if (count < least || count > most || pairsFrom > 0 && count % 2 != pairsFrom % 2) {
            return false;
        }
        return switch (this) {
            case SET -> count == 3 || count == 5 && arguments.is(3, "PXAT") && arguments.isLong(4);
            case COPY ->
                arguments.is(count - 1, "REPLACE")
                        && (count == 4 || count == 6 && arguments.is(3, "DB") && isDatabase(arguments, 4));
            case SETRANGE -> isCount(arguments, 2);
            case LPOP, RPOP -> isCount(arguments, count - 1);
            case SELECT -> isDatabase(arguments, 1);
            case SWAPDB -> isDatabase(arguments, 1) && isDatabase(arguments, 2);
            case PEXPIREAT, LSET, LREM -> arguments.isLong(2);
            case LTRIM -> arguments.isLong(2) && arguments.isLong(3);
            case LINSERT -> arguments.is(2, "BEFORE") || arguments.is(2, "AFTER");
            case XTRIM -> arguments.is(2, "MINID");
            case FUNCTION -> isFunction(arguments, count);
            default -> true;
        };
    }

    private static boolean isDatabase(Arguments arguments, int i) {
        return isCount(arguments, i) && arguments.parseLong(i) < RecordLayout.MAX_DATABASES;
    }

    private static boolean isFunction(Arguments arguments, int count) {
        return switch (count) {
            case 2 -> arguments.is(1, "FLUSH");
            case 3 -> arguments.is(1, "DELETE");
            default -> arguments.is(1, "LOAD") && arguments.is(2, "REPLACE");
        };
    }

    private static boolean isCount(Arguments arguments, int i) {
        return arguments.isLong(i) && arguments.parseLong(i) >= 0;
    }
}
