package io.tailrace.node.shard;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What happened to keys, for keyspace notifications: noted while a transaction's effects are carried out, published once they are
 * logged. Owned by the shard's reactor thread. Nothing is noted, and one field looked at, as long as events are not asked for.
 *
 * <pre>
 *  an effect tells       the event of its own name (HSET: hset), or the one that its command gives all of its effects ({@link #as})
 *  DEL tells             del; expired when the key was past its deadline; what {@link #removingAs} says
 *  a key that is made    new, before the event itself
 * </pre>
 *
 * An event that a command gives all of its effects is told once, as is a key that it looks up twice. Where all classes are asked for, the
 * record has the events, too ({@link EventLog}), and replicas tell those.
 */
public final class KeyEvents {
    /** Hears of events in their order. */
    @FunctionalInterface
    public interface Listener {
        /** @param channels those of {@link NotifyClasses#KEYSPACE} and {@link NotifyClasses#KEYEVENT} that are asked for */
        void event(int channels, int database, String event, byte[] key);
    }

    /**
     * One that is noted.
     *
     * @param followed how often replicas tell it
     */
    private record Event(int eventClass, int followed, int database, String name, byte[] key) {
        boolean is(int of, String other, long address, int length) {
            return database == of && name.equals(other) && Memory.equals(address, length, key);
        }
    }

    /** No event, as the name that a command gives. */
    public static final String SILENT = "";

    /** A consumer of a group was made, by whatever command. */
    public static final String CONSUMER_MADE = "xgroup-createconsumer";

    private static final int CHANNELS = NotifyClasses.KEYSPACE | NotifyClasses.KEYEVENT;

    /** What is noted, and how the command that runs tells its effects. */
    private static final class Telling {
        private final List<Event> noted = new ArrayList<>();
        private String name;
        private int followed = 1;
        private boolean isRemoving;
        private boolean isEvicting;
        private boolean tellsDeadlines;
        private boolean tellsMisses;
        private long unread;
        private int firstOfCommand;
        private boolean isMuted;
        private boolean isMutedToEnd;
    }

    private final CollectionTypes types;
    private final Telling own = new Telling();
    /** Its own, or that of the shard that leads a transaction over several. */
    private Telling telling = own;

    private Listener listener = (channels, database, event, key) -> {};
    private int classes;
    private int database;

    KeyEvents(CollectionTypes types) {
        this.types = types;
    }

    public void listener(Listener hearing) {
        listener = hearing;
    }

    /** @param mask of {@link NotifyClasses}; 0 for none */
    public void classes(int mask) {
        classes = mask;
    }

    /** @param of the keys of what is noted from here on */
    void database(int of) {
        database = of;
    }

    /** Whether anything may be told. */
    public boolean isOn() {
        return classes != 0;
    }

    /** A command begins, whose effects have their own names unless it says more. */
    public void beginCommand() {
        telling.name = null;
        telling.followed = 1;
        telling.isRemoving = false;
        telling.isEvicting = false;
        telling.tellsDeadlines = false;
        telling.tellsMisses = false;
        telling.unread = 0;
        telling.firstOfCommand = telling.noted.size();
        telling.isMuted = false;
        telling.isMutedToEnd = false;
    }

    /** All effects of the command but DEL, and those on deadlines, are told by this name. */
    public void as(String event) {
        telling.name = event;
    }

    /** The same, and its DEL as this name, followed by del: it takes the last elements of what it removes. */
    public void removingAs(String event) {
        telling.name = event;
        telling.isRemoving = true;
    }

    /** Replicas tell the command's own event so often, as it reaches those of Redis as that many commands. */
    public void followedTimes(int times) {
        telling.followed = times;
    }

    /** What is removed is so for lack of memory. */
    void evict() {
        beginCommand();
        telling.isEvicting = true;
    }

    /** A deadline that the command sets along with the value is told, too. */
    public void tellDeadlines() {
        telling.tellsDeadlines = true;
    }

    /**
     * Keys that the command looks up and does not find are told.
     *
     * @param written where a key lies that it only writes, or 0
     */
    public void tellMisses(long written) {
        telling.unread = written;
        telling.tellsMisses = (classes & NotifyClasses.MISS) != 0;
    }

    /** Nothing is told of the effects that follow, or again. */
    public void mute(boolean isOn) {
        telling.isMuted = isOn || telling.isMutedToEnd;
    }

    /**
     * Adds what is noted of a shard's keys to the record of the transaction, so that its replicas tell the same; where all classes are asked
     * for, else there is nothing.
     */
    void logTo(EventLog log) {
        if (NotifyClasses.hasAll(classes)) {
            log.begin();
            for (Event event : telling.noted) {
                for (int i = 0; i < event.followed; i++) {
                    log.add(event.eventClass, event.database, event.name, event.key);
                }
            }
            log.end();
        }
    }

    boolean hasNoted() {
        return !telling.noted.isEmpty();
    }

    /** How many are noted. */
    public int count() {
        return telling.noted.size();
    }

    /** What was noted since there were {@code middle} comes before what was noted since there were {@code start}. */
    public void swap(int start, int middle) {
        if (start < middle && middle < telling.noted.size()) {
            List<Event> later = List.copyOf(telling.noted.subList(middle, telling.noted.size()));
            telling.noted.subList(middle, telling.noted.size()).clear();
            telling.noted.addAll(start, later);
        }
    }

    /** Notes what happens from now on together with what happens on another shard, in one order, until {@link #leave}. */
    void join(KeyEvents lead) {
        telling = lead.own;
    }

    void leave() {
        telling = own;
    }

    void clear() {
        telling.noted.clear();
    }

    /** A key was looked up that isn't there. */
    void missed(long key, int length) {
        if (telling.tellsMisses && key != telling.unread) {
            note(NotifyClasses.MISS, "keymiss", key, length);
        }
    }

    boolean tellsOfMisses() {
        return telling.tellsMisses;
    }

    /** A command's effect other than DEL was carried out. */
    void changed(Effect effect, long key, int length) {
        if (!isOn() || telling.isMuted) {
            return;
        }
        switch (effect) {
            case PEXPIREAT -> note(NotifyClasses.GENERIC, "expire", key, length);
            case PERSIST -> note(NotifyClasses.GENERIC, "persist", key, length);
            default -> note(classOf(effect), telling.name == null ? ownName(effect) : telling.name, key, length);
        }
    }

    /** The key was set together with a deadline. */
    void changedDeadline(long key, int length) {
        if (telling.tellsDeadlines && isOn() && !telling.isMuted) {
            note(NotifyClasses.GENERIC, "expire", key, length);
        }
    }

    /** An effect took the last elements of a key, which was removed by that. */
    void emptied(Effect effect, long key, int length) {
        changed(effect, key, length);
        if (isOn() && !telling.isMuted) {
            note(NotifyClasses.GENERIC, "del", key, length);
        }
    }

    /** A command removed a key. */
    void removed(boolean wasExpired, int type, long key, int length) {
        if (!isOn() || telling.isMuted) {
            return;
        }
        if (wasExpired) {
            note(NotifyClasses.EXPIRED, "expired", key, length);
            return;
        }
        if (telling.isEvicting) {
            note(NotifyClasses.EVICTED, "evicted", key, length);
            return;
        }
        if (telling.isRemoving) {
            note(classOf(type), telling.name, key, length);
        }
        note(NotifyClasses.GENERIC, "del", key, length);
    }

    /** A key is about to be made, or made again in the place of one that is past its deadline. */
    void made(boolean wasExpired, long key, int length) {
        if (!isOn() || telling.isMuted) {
            return;
        }
        if (wasExpired) {
            note(NotifyClasses.EXPIRED, "expired", key, length);
        }
        note(NotifyClasses.NEW, "new", key, length);
    }

    /** A key gets what another one holds; the effects that make it so, up to the command's end, tell nothing of their own. */
    void assigned(boolean isMoved, int source, long from, int fromLength, long to, int toLength) {
        note(NotifyClasses.NEW, "new", to, toLength);
        if (isMoved) {
            boolean isRenamed = source == database;
            int target = database;
            database = source;
            note(NotifyClasses.GENERIC, isRenamed ? "rename_from" : "move_from", from, fromLength);
            database = target;
            note(NotifyClasses.GENERIC, isRenamed ? "rename_to" : "move_to", to, toLength);
        } else {
            note(NotifyClasses.GENERIC, "copy_to", to, toLength);
        }
        telling.isMuted = true;
        telling.isMutedToEnd = true;
    }

    /** An event that no effect stands for. */
    public void tell(int eventClass, String event, long key, int length) {
        if (isOn()) {
            note(eventClass, event, key, length);
        }
    }

    /**
     * An effect that comes from a primary, or from the log.
     *
     * @param word that comes before the key, or null
     */
    void followed(Effect effect, String word, long key, int length) {
        if (effect == Effect.DEL) {
            note(NotifyClasses.GENERIC, "del", key, length);
        } else if (word != null) {
            note(classOf(effect), ownName(effect) + "-" + word.toLowerCase(Locale.ROOT), key, length);
        } else if (effect != Effect.XCLAIM && effect != Effect.XACK) {
            changed(effect, key, length);
        }
    }

    /** The same of one with two keys. */
    void followed(Effect effect, long key, int length, long target, int targetLength) {
        if (effect == Effect.RENAME) {
            note(NotifyClasses.GENERIC, "rename_from", key, length);
            note(NotifyClasses.GENERIC, "rename_to", target, targetLength);
        } else {
            note(NotifyClasses.GENERIC, "copy_to", target, targetLength);
        }
    }

    private void note(int eventClass, String event, long key, int length) {
        if (!isAskedFor(eventClass) || event.equals(SILENT)) {
            return;
        }
        if (!isRepeated(eventClass, event, key, length)) {
            int followed = event.equals(telling.name) ? telling.followed : 1;
            telling.noted.add(new Event(eventClass, followed, database, event, Memory.toBytes(key, length)));
        }
    }

    /** By clients, or, where nearly everything is, by what replicas are told. */
    private boolean isAskedFor(int eventClass) {
        return (classes & eventClass) != 0 || eventClass == NotifyClasses.NEW && NotifyClasses.hasAll(classes);
    }

    private boolean isRepeated(int eventClass, String event, long key, int length) {
        if (telling.name == null && eventClass != NotifyClasses.MISS) {
            return false;
        }
        int last = telling.noted.size() - 1;
        int from = eventClass == NotifyClasses.MISS ? telling.firstOfCommand : Math.max(telling.firstOfCommand, last);
        for (int i = from; i <= last; i++) {
            if (telling.noted.get(i).is(database, event, key, length)) {
                return true;
            }
        }
        return false;
    }

    private int classOf(Effect effect) {
        CollectionType type = types.of(effect);
        return type == null ? NotifyClasses.STRING : classOf(type.type());
    }

    private static int classOf(int type) {
        return switch (type) {
            case ValueType.LIST -> NotifyClasses.LIST;
            case ValueType.SET -> NotifyClasses.SET;
            case ValueType.HASH -> NotifyClasses.HASH;
            case ValueType.SORTED_SET -> NotifyClasses.SORTED_SET;
            case ValueType.STREAM -> NotifyClasses.STREAM;
            default -> NotifyClasses.STRING;
        };
    }

    private static String ownName(Effect effect) {
        return effect.name().toLowerCase(Locale.ROOT);
    }

    /** Publishes what was noted. */
    void publish() {
        int channels = classes & CHANNELS;
        for (Event event : telling.noted) {
            if ((classes & event.eventClass) != 0) {
                listener.event(channels, event.database, event.name, event.key);
            }
        }
        telling.noted.clear();
    }
}
