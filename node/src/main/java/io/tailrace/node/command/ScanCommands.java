package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.KeyListing.ANY_TYPE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** Commands that walk over the keys of a shard. */
final class ScanCommands implements CommandFamily {
    /** One SCAN looks at no more steps, however few keys they hold. */
    private static final int MAX_STEPS = 4_096;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.keys("keys", 2, KeyPositions.NONE, Routing.EVERY_ARRAY, ScanCommands::keys, READONLY),
                CommandSpec.keys("scan", -2, KeyPositions.NONE, Routing.CURSOR, ScanCommands::scan, READONLY),
                CommandSpec.keys(
                        "randomkey", 1, KeyPositions.NONE, Routing.EVERY_ANY, ScanCommands::randomkey, READONLY));
    }

    private static void keys(CommandContext context) {
        Transaction keys = context.keys();
        KeyListing listing = new KeyListing(
                ANY_TYPE,
                new GlobPattern(
                        context.arguments().address(1), context.arguments().length(1)));
        for (int step = 0; step < keys.selected().scanSteps(); step++) {
            keys.selected().scan(step, listing);
        }
        listing.beginReply(context.reply());
        for (int step = 0; step < keys.selected().scanSteps(); step++) {
            keys.selected().scan(step, listing);
        }
    }

    private static void scan(CommandContext context) {
        Arguments arguments = context.arguments();
        long cursor = ScanOptions.cursor(arguments.address(1), arguments.length(1));
        if (cursor == ScanOptions.INVALID) {
            context.reply().error("ERR invalid cursor");
            return;
        }
        ScanOptions options = ScanOptions.read(arguments, 2, true, context.reply());
        if (options != null) {
            walk(context, cursor, options.count(), new KeyListing(options.type(), options.pattern()));
        }
    }

    /**
     * COUNT is work to do, as in Redis: keys looked at, not keys that match. The order of the steps is Redis's too, that of
     * their numbers' bits read from the highest: where the number of steps doubles between two calls, all of those that a
     * step became lie together, before or after the cursor, so that no key is missed.
     */
    private static void walk(CommandContext context, long cursor, long count, KeyListing listing) {
        Transaction keys = context.keys();
        int steps = keys.selected().scanSteps();
        long first = cursor / context.shardCount();
        long step = first;
        int done = 0;
        do {
            keys.selected().scan((int) step & steps - 1, listing);
            step = next(step, steps);
            done++;
        } while (step != 0 && done < MAX_STEPS && listing.visited() < count);
        boolean isLast = step == 0;
        long next =
                isLast ? (context.shard() + 1) % context.shardCount() : step * context.shardCount() + context.shard();
        ReplyWriter reply = context.reply();
        reply.array(2);
        reply.bulk(Long.toString(next));
        listing.beginReply(reply);
        for (step = first; done > 0; done--) {
            keys.selected().scan((int) step & steps - 1, listing);
            step = next(step, steps);
        }
    }

    /** The step after one of a power of two of them; 0 after the last. */
    private static long next(long step, int steps) {
        return Long.reverse(Long.reverse(step | -steps) + 1);
    }

    /** Looks for a step with keys from one picked at random on; each of that step's keys is as likely. */
    private static void randomkey(CommandContext context) {
        Transaction keys = context.keys();
        int steps = keys.selected().scanSteps();
        int first = keys.selected().keyCount() == 0 ? 0 : context.random().nextInt(steps);
        for (int i = 0; i < steps && keys.selected().keyCount() > 0; i++) {
            int step = (first + i) % steps;
            KeyListing all = new KeyListing(ANY_TYPE, null);
            keys.selected().scan(step, all);
            if (all.visited() > 0) {
                replyOne(context, step, context.random().nextLong(all.visited()));
                return;
            }
        }
        context.reply().nullBulk();
    }

    private static void replyOne(CommandContext context, int step, long which) {
        long[] left = {which};
        context.keys().selected().scan(step, (address, length, entry) -> {
            if (left[0]-- == 0) {
                context.reply().bulk(address, length);
            }
        });
    }
}
