package io.tailrace.node.command;

import java.util.Locale;

/** A command's properties, as COMMAND INFO names them and in the order in which it does (Redis: "command flags"). */
public enum CommandFlag {
    /** May change keys: refused on a replica and while writes are refused. */
    WRITE,
    /** Only reads keys. */
    READONLY,
    /** May need more memory: refused when the store is full. */
    DENYOOM,
    /** An operator's command. */
    ADMIN,
    /** About publish and subscribe. */
    PUBSUB,
    /** Not allowed in scripts. */
    NOSCRIPT,
    /** May block the connection. */
    BLOCKING,
    /** Answered while the data set is loading. */
    LOADING,
    /** Answered by a replica that has lost its primary. */
    STALE,
    /** Not shown by MONITOR. */
    SKIP_MONITOR,
    /** Not logged as slow. */
    SKIP_SLOWLOG,
    /** Takes constant or logarithmic time. */
    FAST,
    /** Allowed before authentication. */
    NO_AUTH,
    /** May write, or is sent to replicas by Redis (PUBLISH and the like): waits while writes are paused. Not shown. */
    MAY_REPLICATE,
    /** Lets a transaction's commands run without touching the queue. */
    NO_ASYNC_LOADING,
    /** Not allowed within MULTI. */
    NO_MULTI,
    /** May have no keys although it has a place for them. */
    NO_MANDATORY_KEYS,
    /** Key positions can't be told from the table alone. */
    MOVABLEKEYS,
    /** Allowed while the node is busy. */
    ALLOW_BUSY,
    /** Allowed for a slot that a cluster's node imports. */
    ASKING,
    /** Run at once between MULTI and EXEC instead of being queued: EXEC itself and similar commands. Not shown. */
    RUNS_IN_MULTI_STATE,
    /** Allowed to a subscriber in RESP 2, whose connection is for messages. Not shown. */
    RUNS_WHILE_SUBSCRIBED,
    /** Runs a script, which may read and write. Not shown. */
    RUNS_SCRIPT,
    /** Blocks only with the option {@code BLOCK}. Not shown. */
    BLOCKS_BY_OPTION;

    /** Some of them in one word. */
    public static int mask(CommandFlag... flags) {
        int mask = 0;
        for (CommandFlag flag : flags) {
            mask |= 1 << flag.ordinal();
        }
        return mask;
    }

    public boolean isIn(int mask) {
        return (mask & 1 << ordinal()) != 0;
    }

    /** Whether COMMAND INFO shows it. */
    public boolean isShown() {
        return this != MAY_REPLICATE
                && this != RUNS_IN_MULTI_STATE
                && this != RUNS_WHILE_SUBSCRIBED
                && this != RUNS_SCRIPT
                && this != BLOCKS_BY_OPTION;
    }

    /** As Redis spells it in COMMAND INFO. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
