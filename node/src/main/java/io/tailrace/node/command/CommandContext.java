package io.tailrace.node.command;

import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.SplittableRandom;

/**
 * What a command that runs on a shard is given. Owned by the shard's reactor thread and reused: nothing of it may be
 * kept. Arguments and values are addresses and lengths in memory that stays until the command returns.
 */
public final class CommandContext {
    private final Shard shard;
    private final int shardCount;
    private final SplittableRandom random;
    private Arguments arguments;
    private ReplyWriter reply;
    private Transaction keys;

    CommandContext(Shard shard, int shardCount) {
        this.shard = shard;
        this.shardCount = shardCount;
        random = new SplittableRandom(shard.clock().micros() + shard.id());
    }

    CommandContext set(Arguments newArguments, ReplyWriter newReply, Transaction newKeys) {
        arguments = newArguments;
        reply = newReply;
        keys = newKeys;
        return this;
    }

    /** The command's arguments, its name first. */
    public Arguments arguments() {
        return arguments;
    }

    /** Where exactly one reply goes. It is taken back when the command's effects can't be committed. */
    public ReplyWriter reply() {
        return reply;
    }

    /** The shard's keys as this command sees them, and what it wants changed. */
    public Transaction keys() {
        return keys;
    }

    /** The time of the command, epoch milliseconds. */
    public long nowMillis() {
        return keys.nowMillis();
    }

    /** What a command leaves to chance. */
    SplittableRandom random() {
        return random;
    }

    /** Counts as a write of a key although it stays as it is: watches of it are touched, as they are in Redis. */
    void touch(long keyAddress, int keyLength) {
        shard.touch(keyAddress, keyLength);
    }

    public int shard() {
        return shard.id();
    }

    public int shardCount() {
        return shardCount;
    }
}
