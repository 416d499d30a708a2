package io.tailrace.node.config;

/**
 * How many shards a node has.
 *
 * <pre>
 *  cores        shards = auto
 *  a list       one for each processor of it
 *  auto, none   one for each processor of the process but those of helper-cores, or but one for all other threads;
 *               one where it has two processors or fewer
 * </pre>
 *
 * @param count 0 as long as the processors have not been looked at
 * @param isAuto whether no number was given
 */
public record ShardCount(int count, boolean isAuto) {
    static final int MAX = 64;
    private static final ShardCount AUTO = new ShardCount(0, true);
    private static final int FEW = 2;

    /** Reads {@code auto} or a number; throws IllegalArgumentException for anything else. */
    static ShardCount parse(String text) {
        if (text.equalsIgnoreCase("auto")) {
            return AUTO;
        }
        int count = Integer.parseInt(text);
        if (count < 1 || count > MAX) {
            throw new IllegalArgumentException(text);
        }
        return new ShardCount(count, false);
    }

    /** As a number, whatever it came from. */
    ShardCount of(Cores cores, Cores helpers, int processors) {
        if (count != 0) {
            return this;
        }
        int forShards = cores.kind() == Cores.Kind.LIST
                ? cores.list().size()
                : processors <= FEW
                        ? 1
                        : processors - Math.max(1, helpers.list().size());
        return new ShardCount(Math.min(MAX, Math.max(1, forShards)), true);
    }

    /** How it was asked for, for a message. */
    public String asked() {
        return isAuto ? "auto, which is " + count + " here" : Integer.toString(count);
    }

    /** What it means, for the start. */
    public String text() {
        String shards = count == 1 ? "1 shard" : count + " shards";
        return isAuto
                ? shards
                        + " (auto: as many threads, each with a part of the keys, a log and a replication port of its own;"
                        + " the data directory keeps that number on any machine)"
                : shards;
    }

    @Override
    public String toString() {
        return count == 0 ? "auto" : Integer.toString(count);
    }
}
