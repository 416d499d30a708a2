package io.tailrace.node.command;

/** Where a command runs and, when that is more than one shard, how the shards' replies become one. */
public enum Routing {
    /** On the connection's own thread, with the session: HELLO, MULTI, CONFIG and the like. */
    SESSION,
    /** On the shard that holds its keys; keys of several shards are refused with CROSSSLOT. Without keys: any shard. */
    ONE_SHARD,
    /** On shard 0, which keeps what the node has one of. */
    FIRST_SHARD,
    /** On each shard that holds some of the keys, with just those; integer replies are added up. */
    SPLIT_SUM,
    /** As before; array replies are put together in the order of the keys. */
    SPLIT_ARRAY,
    /** As before; OK, or the first error. */
    SPLIT_OK,
    /** On every shard; integer replies are added up. */
    EVERY_SUM,
    /** On every shard; arrays are joined. */
    EVERY_ARRAY,
    /** On every shard; OK, or the first error. */
    EVERY_OK,
    /** On every shard; one of the replies that are not null, by chance. */
    EVERY_ANY,
    /** On the shard that the cursor in argument 1 names: cursor = step * shards + shard. */
    CURSOR
}
