package io.tailrace.node.command;

/** Where a command runs and, when that is more than one shard, how the shards' replies become one. */
public enum Routing {
    /** On the connection's own thread, with the session: HELLO, MULTI, CONFIG and the like. */
    SESSION,
    /** On the shard that holds its keys, or on all that hold some of them, at once. Without keys: any shard. */
    ONE_SHARD,
    /** On shard 0, which keeps what the node has one of. */
    FIRST_SHARD,
    /** On every shard; integer replies are added up. */
    EVERY_SUM,
    /** On every shard; arrays are joined. */
    EVERY_ARRAY,
    /** On every shard, at once; OK, or the first error. */
    EVERY_OK,
    /** On every shard; one of the replies that are not null, by chance. */
    EVERY_ANY,
    /** On the shard that the cursor in argument 1 names: cursor = step * shards + shard. */
    CURSOR
}
