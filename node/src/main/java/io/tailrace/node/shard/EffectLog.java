package io.tailrace.node.shard;

import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;

/**
 * The record that a transaction's effects are noted in, and the question before each effect whether the log and the store take it.
 * Owned by the shard's reactor thread.
 *
 * <pre>
 *  {@link #promise}    room for several effects, before the first of them
 *  {@link #ask}        room for one effect, so that the record does not move while it is added; SELECT before it where
 *              the effect is of another database than the one before; which effect it is, for the store
 * </pre>
 */
final class EffectLog {
    /** Of an argument beyond its bytes. */
    static final int ARGUMENT_ROOM = 16;

    /** Of an effect beyond its key and arguments: its name, lengths, a deadline. */
    private static final int EFFECT_ROOM = 256;
    /** The same of each of several effects, but for one of them. */
    private static final int EFFECT_BYTES = 96;
    /** The same of a DEL, or of a SET without a deadline. */
    private static final int PLAIN_EFFECT_BYTES = 40;

    static final int NONE = -1;

    private final RecordBuilder record;
    private final int maxRecordLength;
    private final Admission admission;
    private final SelectedDatabase selected;
    /** The one that the last SELECT of the record names. */
    private int recordDatabase;

    private int selectedBefore;
    /** Where the SELECT of the effect starts that was asked for last, or {@link #NONE}. */
    private int selectStart = NONE;

    private boolean hasStoreRoom;
    private long promisedBytes;
    private long index;
    /** Effects of transactions before, in the same record. */
    private int startCommands;

    private long sourceBase;
    private long sourceEnd;

    EffectLog(RecordBuilder record, int maxRecordLength, Admission admission, SelectedDatabase selected) {
        this.record = record;
        this.maxRecordLength = maxRecordLength;
        this.admission = admission;
        this.selected = selected;
    }

    /** @param joins whether its effects follow those of the transaction before it in the same record */
    void begin(boolean joins) {
        if (!joins) {
            record.begin(RecordLayout.KIND_EFFECT);
            recordDatabase = 0;
            promisedBytes = 0;
        }
        hasStoreRoom = true;
        startCommands = record.commandCount();
    }

    /** How many effects the transaction has so far. */
    int count() {
        return record.commandCount() - startCommands;
    }

    /** Where effects are noted, once they were asked for. */
    RecordBuilder record() {
        return record;
    }

    /** See {@link Transaction#prepare}. */
    void prepare(int keys) {
        hasStoreRoom = selected.store().canTake(keys);
    }

    /**
     * Asks for an effect before anything of it is done: makes room so that the record does not move while it is added, and
     * tells the store which effect it is. Gives where the key is then.
     */
    long ask(long keyAddress, int keyLength, long bytes, boolean mayPut) {
        return askIn(selected.number(), keyAddress, keyLength, bytes, mayPut);
    }

    /** The same for an effect that concerns no database more than another. */
    void askForAll(long bytes) {
        askIn(recordDatabase, 0, 0, bytes, false);
    }

    /** The same for an effect whose words are about another database than the store that it changes. */
    long askIn(int named, long keyAddress, int keyLength, long bytes, boolean mayPut) {
        long needed = (long) record.length() + keyLength + bytes + EFFECT_ROOM;
        if (needed > maxRecordLength + EFFECT_ROOM) {
            throw tooLarge();
        }
        requireCommands(named == recordDatabase ? 1 : 2);
        if (mayPut) {
            requireStoreRoom();
        }
        admit(needed);
        sourceBase = record.address();
        sourceEnd = sourceBase + record.length();
        record.reserve((int) (keyLength + bytes + EFFECT_ROOM));
        selectStart = NONE;
        if (named != recordDatabase) {
            select(named);
        }
        selected.store().position(index, record.commandCount());
        return moved(keyAddress);
    }

    /** The effects that follow in the record are about a database. */
    private void select(int named) {
        selectStart = record.length();
        selectedBefore = recordDatabase;
        record.command(2);
        record.argument(Effect.SELECT.name());
        record.argumentLong(named);
        recordDatabase = named;
    }

    private void admit(long needed) {
        if (needed > promisedBytes) {
            index = admission.admit((int) needed);
            promisedBytes = needed;
        }
    }

    private void requireCommands(int effects) {
        if (effects > RecordLayout.MAX_EFFECTS - record.commandCount()) {
            throw new RefusedException(
                    "ERR a command or transaction may have at most " + RecordLayout.MAX_EFFECTS + " effects");
        }
    }

    private RefusedException tooLarge() {
        return new RefusedException("ERR the effects of this command are larger than a record of the log may be ("
                + maxRecordLength + " bytes, set by max-value-size)");
    }

    /** Asked before the first of several effects too, if one that follows may put a key. */
    void requireStoreRoom() {
        if (!hasStoreRoom) {
            throw new RefusedException("OOM command not allowed: the store can't grow; delete keys, or restart with a"
                    + " larger max-entries");
        }
    }

    /** Where bytes are now that were in the record before {@link #ask}. */
    long moved(long address) {
        return address >= sourceBase && address < sourceEnd ? record.address() + (address - sourceBase) : address;
    }

    /** See {@link Transaction#promise}. */
    void promise(int effects, long bytes) {
        promise(effects, bytes, EFFECT_BYTES);
    }

    /** See {@link Transaction#promisePlain}. */
    void promisePlain(int effects, long bytes) {
        promise(effects, bytes, PLAIN_EFFECT_BYTES);
    }

    private void promise(int effects, long bytes, int bytesEach) {
        long needed = (long) record.length() + bytes + (long) effects * bytesEach + EFFECT_ROOM;
        requireCommands(selected.number() == recordDatabase ? effects : effects + 2);
        if (needed > maxRecordLength) {
            throw tooLarge();
        }
        admit(needed);
    }

    /** Notes the removal of a key; gives where the key is in the record. */
    int delete(long key, int keyLength) {
        record.command(2);
        record.argument(Effect.DEL.name());
        return record.argument(key, keyLength);
    }

    /**
     * Adds a note that changes nothing, after all effects.
     *
     * @param of the database that it is about
     * @return where its text is to be put, or {@link #NONE} when the record or the log has no room for it
     */
    int note(int of, int length) {
        long needed = (long) record.length() + length + EFFECT_ROOM;
        if (needed > maxRecordLength || RecordLayout.MAX_EFFECTS - record.commandCount() < 2) {
            return NONE;
        }
        try {
            admit(needed);
        } catch (RefusedException e) {
            return NONE;
        }
        if (of != recordDatabase) {
            select(of);
        }
        record.command(2);
        record.argument(Effect.ECHO.name());
        return record.argumentOf(length);
    }

    /** Takes notes out again, back to where there were so many bytes and commands, the last of which was of a database. */
    void cancelNotes(int length, int commands, int of) {
        record.truncate(length, commands);
        recordDatabase = of;
    }

    /** Of which the last effect is. */
    int recordDatabase() {
        return recordDatabase;
    }

    /** Takes an effect out again that starts at {@code start}; the SELECT before it stays. */
    void truncate(int start) {
        record.truncate(start, record.commandCount() - 1);
    }

    /** The same with the SELECT that {@link #ask} has added before it: nothing was changed. */
    void cancel(int start) {
        truncate(start);
        if (selectStart != NONE) {
            truncate(selectStart);
            recordDatabase = selectedBefore;
        }
    }
}
