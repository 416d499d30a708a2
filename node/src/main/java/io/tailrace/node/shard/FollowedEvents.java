package io.tailrace.node.shard;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;

/**
 * What a replica tells of the effects that it applies: what the record says ({@link EventLog}), or else the event of each effect's name,
 * {@code new} before it where it makes the key, and {@code expire} after it where it sets another deadline along with the value. The key is
 * only looked up for these, and only while events are asked for. Owned by the shard's reactor thread.
 */
final class FollowedEvents {
    /** The arguments of a SET with a deadline. */
    private static final int WITH_DEADLINE = 5;

    private final KeyEvents events;
    private final Entry entry = new Entry();
    private long deadlineEpochMsBefore;
    private boolean isListed;

    FollowedEvents(KeyEvents events) {
        this.events = events;
    }

    boolean isOn() {
        return events.isOn();
    }

    void beginRecord() {
        events.beginCommand();
        isListed = false;
    }

    /** An effect on a key is about to be applied. */
    void before(Databases databases, int database, Effect effect, Arguments arguments) {
        int target = effect.sourceKey() != 0 ? 2 : effect.key();
        if (!mayMake(effect) || target == 0) {
            return;
        }
        events.database(effect.database(arguments, database));
        long key = arguments.address(target);
        int length = arguments.length(target);
        boolean isThere = databases.of(effect.database(arguments, database)).find(key, length, entry);
        deadlineEpochMsBefore = isThere ? entry.expireAtEpochMs() : Entry.NO_EXPIRY;
        if (!isThere) {
            events.made(false, key, length);
        }
    }

    private static boolean mayMake(Effect effect) {
        return effect != Effect.DEL && effect != Effect.PEXPIREAT && effect != Effect.PERSIST;
    }

    /** What the record lists is told in the place of what its effects gave. */
    private void listed(Arguments note) {
        if (EventLog.isEvent(note)) {
            if (!isListed) {
                events.clear();
                isListed = true;
            }
            EventLog.tell(note, events);
        }
    }

    /** An effect was applied. */
    void after(int database, Effect effect, Arguments arguments) {
        events.database(effect.database(arguments, database));
        if (effect == Effect.ECHO) {
            listed(arguments);
        } else if (effect.sourceKey() != 0) {
            events.followed(
                    effect, arguments.address(1), arguments.length(1), arguments.address(2), arguments.length(2));
        } else if (effect.key() != 0) {
            int key = effect.key();
            String word = key == 2 ? arguments.ascii(1) : null;
            events.followed(effect, word, arguments.address(key), arguments.length(key));
        }
        boolean hasDeadline = effect == Effect.SET && arguments.count() == WITH_DEADLINE;
        if (hasDeadline && arguments.parseLong(WITH_DEADLINE - 1) != deadlineEpochMsBefore) {
            events.tell(NotifyClasses.GENERIC, "expire", arguments.address(1), arguments.length(1));
        }
    }
}
