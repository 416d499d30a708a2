package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.function.IntConsumer;

/**
 * Makes one reply of a command that runs on every shard, one after the other, on a thread that holds them all. Owned by that thread;
 * reused.
 *
 * <pre>
 *  EVERY_SUM     the integers added up
 *  EVERY_OK      OK
 *  EVERY_ARRAY   the arrays joined
 *  EVERY_ANY     one of the replies that are not null, by chance
 *  any           the first error
 * </pre>
 */
final class EveryShard implements AutoCloseable {
    private static final int CAPACITY = 4 << 10;

    private final ReplyWriter part = ReplyWriter.resting(CAPACITY);
    private final int shards;

    EveryShard(int shards) {
        this.shards = shards;
    }

    /** Where {@code command} replies to what it is asked on each shard. */
    ReplyWriter part() {
        return part;
    }

    /**
     * Runs a command.
     *
     * @param command runs it on a shard, with its reply in {@link #part}
     * @param chance of 0 to 1, which of several replies is taken
     */
    void run(Routing routing, ReplyWriter reply, IntConsumer command, double chance) {
        part.truncate(0);
        part.protocol(reply.protocol());
        int[] ends = new int[shards];
        for (int shard = 0; shard < shards; shard++) {
            command.accept(shard);
            ends[shard] = part.position();
            int start = start(ends, shard);
            if (Memory.getByte(part.address() + start) == '-') {
                copy(start, ends[shard], reply);
                return;
            }
        }
        switch (routing) {
            case EVERY_SUM -> reply.integer(sum(ends));
            case EVERY_OK -> reply.ok();
            case EVERY_ARRAY -> joined(ends, reply);
            case EVERY_ANY -> any(ends, reply, chance);
            default -> throw new IllegalArgumentException("routing " + routing);
        }
        part.rest();
    }

    private static int start(int[] ends, int shard) {
        return shard == 0 ? 0 : ends[shard - 1];
    }

    private void copy(int start, int end, ReplyWriter reply) {
        reply.raw(part.address() + start, end - start);
    }

    private long sum(int[] ends) {
        long sum = 0;
        for (int shard = 0; shard < shards; shard++) {
            sum += number(start(ends, shard));
        }
        return sum;
    }

    /** The number after a type character. */
    private long number(int at) {
        StringBuilder digits = new StringBuilder();
        for (int i = at + 1, end = lineEnd(at); i < end; i++) {
            digits.append((char) Memory.getByte(part.address() + i));
        }
        return Long.parseLong(digits, 0, digits.length(), 10);
    }

    private int lineEnd(int at) {
        int end = at;
        while (Memory.getByte(part.address() + end) != '\r') {
            end++;
        }
        return end;
    }

    private void joined(int[] ends, ReplyWriter reply) {
        reply.array((int) sum(ends));
        for (int shard = 0; shard < shards; shard++) {
            copy(lineEnd(start(ends, shard)) + 2, ends[shard], reply);
        }
    }

    private void any(int[] ends, ReplyWriter reply, double chance) {
        int present = 0;
        for (int shard = 0; shard < shards; shard++) {
            present += isNull(start(ends, shard)) ? 0 : 1;
        }
        int left = (int) (chance * present);
        for (int shard = 0; shard < shards; shard++) {
            if (!isNull(start(ends, shard)) && left-- == 0) {
                copy(start(ends, shard), ends[shard], reply);
                return;
            }
        }
        reply.nullBulk();
    }

    private boolean isNull(int at) {
        byte type = Memory.getByte(part.address() + at);
        return type == '_' || type == '$' && Memory.getByte(part.address() + at + 1) == '-';
    }

    @Override
    public void close() {
        part.close();
    }
}
