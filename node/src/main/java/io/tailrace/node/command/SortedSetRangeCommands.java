package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.command.RangeOptions.Form;
import io.tailrace.node.command.SortedSetRange.By;
import io.tailrace.node.value.SortedSet;
import io.tailrace.node.value.SortedSetCursor;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** Commands on ranges of sorted sets: by position, score or member. One instance a table; its commands run on any shard. */
final class SortedSetRangeCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int MIN = 2;
    private static final int MAX = 3;
    private static final int SOURCE = 2;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("zcount", 4, context -> count(context, By.SCORE), READONLY, FAST),
                CommandSpec.oneKey("zlexcount", 4, context -> count(context, By.MEMBER), READONLY, FAST),
                range("zrange", new Form(null, null, false)),
                range("zrevrange", new Form(By.RANK, true, false)),
                range("zrangebyscore", new Form(By.SCORE, false, false)),
                range("zrevrangebyscore", new Form(By.SCORE, true, false)),
                range("zrangebylex", new Form(By.MEMBER, false, false)),
                range("zrevrangebylex", new Form(By.MEMBER, true, false)),
                CommandSpec.oneKey("zremrangebyrank", 4, context -> remove(context, By.RANK), WRITE),
                CommandSpec.oneKey("zremrangebyscore", 4, context -> remove(context, By.SCORE), WRITE),
                CommandSpec.oneKey("zremrangebylex", 4, context -> remove(context, By.MEMBER), WRITE),
                CommandSpec.keys(
                        "zrangestore",
                        -5,
                        new KeyPositions(1, 2, 1),
                        Routing.ONE_SHARD,
                        SortedSetRangeCommands::zrangestore,
                        WRITE,
                        DENYOOM));
    }

    private static CommandSpec range(String name, Form form) {
        return CommandSpec.oneKey(name, -4, context -> range(context, form), READONLY);
    }

    /** The range of the sorted set that the request names, or null: then an error is replied. */
    private static SortedSetRange found(CommandContext context, By by) {
        SortedSetRange range = context.rangeOptions().range();
        String problem = range.read(by, context.arguments(), MIN, MAX);
        if (problem != null) {
            context.reply().error(problem);
            return null;
        }
        range.find(context.sortedSet(KEY), false);
        return range;
    }

    private static void count(CommandContext context, By by) {
        SortedSetRange range = found(context, by);
        if (range != null) {
            context.reply().integer(range.size());
        }
    }

    private static void remove(CommandContext context, By by) {
        SortedSetRange range = found(context, by);
        if (range != null) {
            context.reply().integer(range.size());
            SortedSetRemoval.remove(context, range.from(), range.to());
        }
    }

    private static void range(CommandContext context, Form form) {
        RangeOptions options = context.rangeOptions();
        String problem = options.read(form, context.arguments(), KEY);
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        SortedSet sortedSet = context.sortedSet(KEY);
        SortedSetRange range = options.find(sortedSet);
        ReplyWriter reply = context.reply();
        int count = Math.toIntExact(range.size());
        boolean isPaired = options.hasScores() && reply.protocol() >= 3;
        reply.array(options.hasScores() && !isPaired ? 2 * count : count);
        if (count == 0) {
            return;
        }
        SortedSetCursor cursor = context.sortedSetCursor().wrap(sortedSet.value());
        cursor.seek(options.isReverse() ? range.to() - 1 : range.from());
        for (int i = 0; i < count; i++) {
            if (isPaired) {
                reply.array(2);
            }
            reply.bulk(cursor.memberAddress(), cursor.memberLength());
            if (options.hasScores()) {
                reply.doubleValue(cursor.score());
            }
            if (options.isReverse()) {
                cursor.previous();
            } else {
                cursor.next();
            }
        }
    }

    private static void zrangestore(CommandContext context) {
        RangeOptions options = context.rangeOptions();
        String problem = options.read(new Form(null, null, true), context.arguments(), SOURCE);
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        SortedSet sortedSet = context.sortedSet(SOURCE);
        SortedSetRange range = options.find(sortedSet);
        ScoredMembers members = context.scoredMembers().clear();
        if (range.size() > 0) {
            SortedSetCursor cursor = context.sortedSetCursor().wrap(sortedSet.value());
            cursor.seek(range.from());
            for (long i = range.from(); i < range.to(); i++) {
                members.add(cursor.memberAddress(), cursor.memberLength(), cursor.score());
                cursor.next();
            }
        }
        if (!options.isByRank()) {
            SortedSetStore.addedOneByOne(context, members, options.isReverse());
        }
        SortedSetStore.store(context, 1, members);
    }
}
