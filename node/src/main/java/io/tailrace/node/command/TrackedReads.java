package io.tailrace.node.command;

import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.shard.KeyTracking;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.resp.Arguments;

/** Notes which keys a command has read, when its client caches them (CLIENT TRACKING). Owned by the thread that runs the commands. */
final class TrackedReads {
    private final CommandWatch watch;
    private final Shard[] shards;
    private final RequestKeys requestKeys = new RequestKeys();

    /**
     * @param watch knows whose command it is
     * @param shards all that the keys may be on; one has all keys
     */
    TrackedReads(CommandWatch watch, Shard... shards) {
        this.watch = watch;
        this.shards = shards;
    }

    /** A command was run whose transaction is over. */
    void after(CommandSpec spec, Arguments arguments) {
        if (watch.remembers() && spec.has(CommandFlag.READONLY)) {
            requestKeys.of(spec, arguments);
            for (int i = 0; i < requestKeys.count(); i++) {
                int key = requestKeys.argument(i);
                KeyTracking tracking = shardOf(arguments, key).tracking();
                if (tracking.isActive()) {
                    tracking.read(watch.tracker(), arguments.address(key), arguments.length(key));
                }
            }
        }
    }

    /** A command was run in a transaction that continues. */
    void within(CommandSpec spec, Arguments arguments) {
        if (watch.remembers() && spec.has(CommandFlag.READONLY)) {
            requestKeys.of(spec, arguments);
            for (int i = 0; i < requestKeys.count(); i++) {
                keyWithin(arguments, requestKeys.argument(i));
            }
        }
    }

    /** A script has called a command: as in Redis, one that reads anything has read all keys that it declares, and no others. */
    void called(CommandSpec spec, ScriptKeys script) {
        if (watch.remembers() && spec.has(CommandFlag.READONLY)) {
            for (int i = 0; i < script.keyCount(); i++) {
                keyWithin(script.declaring(), script.firstKey() + i);
            }
        }
    }

    private void keyWithin(Arguments arguments, int key) {
        Shard shard = shardOf(arguments, key);
        if (shard.tracking().isActive()) {
            shard.transactions().read(watch.tracker(), arguments.address(key), arguments.length(key));
        }
    }

    private Shard shardOf(Arguments arguments, int key) {
        return shards.length == 1
                ? shards[0]
                : shards[KeySlot.shardOf(arguments.address(key), arguments.length(key), shards.length)];
    }
}
