package io.tailrace.node.shard;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;

/**
 * The keyspace events of a transaction as notes in its record, so that a replica tells by them and not by the effects, which say what has
 * become of a key and not what was done. Owned by the shard's reactor thread.
 *
 * <pre>
 *  ECHO "event $ incrby counter"
 *        |     | |      +-- the key, any bytes, in the database that the record has selected
 *        |     | +--------- the event
 *        |     +----------- its class, in the letters of notify-keyspace-events
 *        +----------------- distinguishes it from notes about something else
 *  ECHO "event -"           nothing is told of the record
 * </pre>
 *
 * <p>They are in the order in which they are told, behind all effects: all of the record's, or none where there is no room for them. Their names are
 * those that a replica of Redis tells, which runs what its primary made of a command: see {@link #followed}.
 */
final class EventLog {
    private static final String MARK = "event ";
    private static final String NOTHING = MARK + '-';
    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.US_ASCII);
    private static final int CLASS_AT = MARK.length();
    private static final int NAME_AT = CLASS_AT + 2;

    private final EffectLog log;
    private final int shard;
    private final int shardCount;
    private boolean isFull;
    private int length;
    private int commands;
    private int database;

    /** @param log of the shard's transaction */
    EventLog(EffectLog log, int shard, int shardCount) {
        this.log = log;
        this.shard = shard;
        this.shardCount = shardCount;
    }

    /** The record's effects are complete. */
    void begin() {
        RecordBuilder record = log.record();
        isFull = false;
        length = record.length();
        commands = record.commandCount();
        database = log.recordDatabase();
    }

    /** Adds one, if its key is one of this shard. */
    void add(int eventClass, int of, String event, byte[] key) {
        String name = followed(event);
        if (isFull || name == null) {
            return;
        }
        RecordBuilder record = log.record();
        int lengthBefore = record.length();
        int commandsBefore = record.commandCount();
        int databaseBefore = log.recordDatabase();
        String head = MARK + NotifyClasses.letter(classOf(eventClass, name)) + ' ' + name + ' ';
        long text = note(of, head, key.length);
        if (text != EffectLog.NONE) {
            long at = text + head.length();
            Memory.copyIn(key, 0, at, key.length);
            if (shardCount > 1 && KeySlot.shardOf(at, key.length, shardCount) != shard) {
                log.cancelNotes(lengthBefore, commandsBefore, databaseBefore);
            }
        }
    }

    /** All are added. */
    void end() {
        if (!isFull && log.record().commandCount() == commands) {
            note(database, NOTHING, 0);
        }
    }

    /** Adds a note; returns where it lies, or {@link EffectLog#NONE} when there is no room for all of them. */
    private long note(int of, String head, int more) {
        int at = log.note(of, head.length() + more);
        if (at == EffectLog.NONE) {
            isFull = true;
            log.cancelNotes(length, commands, database);
            return EffectLog.NONE;
        }
        long text = log.record().address() + at;
        Memory.copyIn(head.getBytes(StandardCharsets.US_ASCII), 0, text, head.length());
        return text;
    }

    /** As a replica of Redis 7.0.15 tells it, or null where it tells nothing: SPOP reaches it as SREM, for one. */
    private static String followed(String event) {
        return switch (event) {
            case "expired", "evicted" -> "del";
            case "spop" -> "srem";
            case "incrbyfloat" -> "set";
            case "hincrbyfloat" -> "hset";
            case "keymiss" -> null;
            default -> event;
        };
    }

    private static int classOf(int eventClass, String name) {
        boolean isRemoval = eventClass == NotifyClasses.EXPIRED || eventClass == NotifyClasses.EVICTED;
        return isRemoval && name.equals("del") ? NotifyClasses.GENERIC : eventClass;
    }

    /** Whether a note of a record is one of these. */
    static boolean isEvent(Arguments note) {
        return note.length(1) > CLASS_AT && Memory.equals(note.address(1), MARK_BYTES.length, MARK_BYTES);
    }

    /** Tells of the event that a note names, which {@link #isEvent} is true of. */
    static void tell(Arguments note, KeyEvents events) {
        long text = note.address(1);
        int end = note.length(1);
        int nameEnd = NAME_AT;
        while (nameEnd < end && Memory.getByte(text + nameEnd) != ' ') {
            nameEnd++;
        }
        int eventClass = NotifyClasses.ofLetter((char) Memory.getByte(text + CLASS_AT));
        if (nameEnd < end && eventClass != 0) {
            String name = new String(Memory.toBytes(text + NAME_AT, nameEnd - NAME_AT), StandardCharsets.US_ASCII);
            events.tell(eventClass, name, text + nameEnd + 1, end - nameEnd - 1);
        }
    }
}
