package io.tailrace.node.command;

import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.wire.resp.Arguments;

/** Which shards of a node a command needs, as sets in the sense of {@link ShardHold}. Reused by one thread, without garbage. */
public final class ShardSets {
    private final int shards;
    private final int own;
    private final RequestKeys requestKeys = new RequestKeys();

    /**
     * @param shards how many there are
     * @param own the one of the thread
     */
    public ShardSets(int shards, int own) {
        this.shards = shards;
        this.own = own;
    }

    /** All. */
    public long all() {
        return ShardHold.all(shards);
    }

    /** The shards that a command needs; empty for one that needs none in particular. */
    public long of(CommandSpec spec, Arguments arguments) {
        switch (spec.routing()) {
            case SESSION:
                return 0;
            case FIRST_SHARD:
                return ShardHold.only(0);
            case CURSOR:
                return ShardHold.only(ofCursor(arguments));
            case EVERY_SUM, EVERY_ARRAY, EVERY_OK, EVERY_ANY:
                return all();
            default:
                return of(requestKeys.of(spec, arguments), arguments);
        }
    }

    /** The shards of some arguments. */
    public long of(RequestKeys keys, Arguments arguments) {
        if (keys.isOpen()) {
            return all();
        }
        long set = 0;
        for (int i = 0; i < keys.count(); i++) {
            int key = keys.argument(i);
            set |= ShardHold.only(KeySlot.shardOf(arguments.address(key), arguments.length(key), shards));
        }
        return set;
    }

    /** The shard that a cursor is about. */
    public int ofCursor(Arguments arguments) {
        if (arguments.count() < 2) {
            return own;
        }
        long cursor = ScanOptions.cursor(arguments.address(1), arguments.length(1));
        return cursor == ScanOptions.INVALID ? own : (int) Math.floorMod(cursor, (long) shards);
    }
}
