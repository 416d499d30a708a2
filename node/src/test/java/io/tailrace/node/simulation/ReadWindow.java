package io.tailrace.node.simulation;

import io.tailrace.wire.record.QueueIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client may be shown of some keys: the states that the shards of a node have come to since it asked, and when each of them
 * did. Within one step of a node they may have come in any order, but that of no transaction: its parts are there together.
 */
final class ReadWindow {
    /** Whether a value is what was replied for the key at this place. */
    @FunctionalInterface
    interface Match {
        boolean isReplied(int key, Keyspace.Value value);
    }

    /** @param from the step in which the shard came to it */
    private record Seen(LoggedRecord at, int from, List<Keyspace.Value> values) {
        /** Up to which record of another shard its log names one. */
        private long needOf(int shard) {
            LoggedRecord part = at == null ? null : at.lastPart();
            while (part != null && part.parts().of(shard) == QueueIndex.NONE) {
                part = part.before() == null ? null : part.before().lastPart();
            }
            return part == null ? QueueIndex.NONE : part.parts().of(shard);
        }

        private boolean allows(int shard, Seen other) {
            long need = needOf(shard);
            return need == QueueIndex.NONE || other.at != null && other.at.index() >= need;
        }
    }

    private final int database;
    private final List<String> keys;
    private final int[] shardOf;
    private final List<List<Seen>> seen = new ArrayList<>();

    ReadWindow(int shards, int database, List<String> keys) {
        this.database = database;
        this.keys = keys;
        shardOf = keys.stream().mapToInt(key -> KeyPlace.shardOf(key, shards)).toArray();
        for (int shard = 0; shard < shards; shard++) {
            seen.add(new ArrayList<>());
        }
    }

    /** A shard came to a state, by a record. */
    void saw(int shard, LoggedRecord at, Keyspace state, int step) {
        seen.get(shard)
                .add(new Seen(
                        at,
                        step,
                        keys.stream().map(key -> state.get(database, key)).toList()));
    }

    /** Whether each shard was once at what was replied for its keys. */
    boolean isEachShown(Match match) {
        for (int shard = 0; shard < seen.size(); shard++) {
            int of = shard;
            if (hasKeys(shard) && seen.get(shard).stream().noneMatch(each -> isShown(of, each, match))) {
                return false;
            }
        }
        return true;
    }

    private boolean hasKeys(int shard) {
        for (int of : shardOf) {
            if (of == shard) {
                return true;
            }
        }
        return false;
    }

    private boolean isShown(int shard, Seen state, Match match) {
        for (int key = 0; key < shardOf.length; key++) {
            if (shardOf[key] == shard && !match.isReplied(key, state.values().get(key))) {
                return false;
            }
        }
        return true;
    }

    /** Whether all shards were at that together. */
    boolean isShownAtOnce(Match match) {
        return isShownAtOnce(0, new Seen[seen.size()], 0, Integer.MAX_VALUE, match);
    }

    private boolean isShownAtOnce(int shard, Seen[] chosen, int from, int to, Match match) {
        if (shard == chosen.length) {
            return true;
        }
        if (!hasKeys(shard)) {
            return isShownAtOnce(shard + 1, chosen, from, to, match);
        }
        List<Seen> states = seen.get(shard);
        for (int i = 0; i < states.size(); i++) {
            Seen state = states.get(i);
            int begin = Math.max(from, state.from());
            int end = Math.min(to, i + 1 < states.size() ? states.get(i + 1).from() : Integer.MAX_VALUE);
            chosen[shard] = state;
            if (begin <= end
                    && isShown(shard, state, match)
                    && isClosed(chosen, shard)
                    && isShownAtOnce(shard + 1, chosen, begin, end, match)) {
                return true;
            }
        }
        chosen[shard] = null;
        return false;
    }

    private static boolean isClosed(Seen[] chosen, int newest) {
        for (int other = 0; other < newest; other++) {
            Seen before = chosen[other];
            if (before != null && !(before.allows(newest, chosen[newest]) && chosen[newest].allows(other, before))) {
                return false;
            }
        }
        return true;
    }

    /** For messages. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (int shard = 0; shard < seen.size(); shard++) {
            if (hasKeys(shard)) {
                text.append(" shard ").append(shard).append(": ").append(text(shard));
            }
        }
        return text.toString();
    }

    private List<String> text(int shard) {
        return seen.get(shard).stream()
                .map(state -> "in step " + state.from() + " by " + state.at() + " " + text(shard, state))
                .toList();
    }

    private List<String> text(int shard, Seen state) {
        List<String> values = new ArrayList<>();
        for (int key = 0; key < shardOf.length; key++) {
            if (shardOf[key] == shard) {
                Keyspace.Value value = state.values().get(key);
                values.add(value == null ? "nothing" : value.text());
            }
        }
        return values;
    }
}
