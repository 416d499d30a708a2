package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.SortedSet;
import io.tailrace.wire.memory.DoubleReader;
import io.tailrace.wire.memory.DoubleText;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;

/** Gives members of a sorted set scores, for ZADD and GEOADD. Stateless. */
final class MemberAdd {
    /** Arguments a member: a score, the member. */
    static final int SCORES = 2;
    /** Arguments a member: a longitude, a latitude, the member. */
    static final int PLACES = 3;

    private MemberAdd() {}

    /** The score that arguments from one on give to the member after them; NaN when it is no number. */
    static double score(Arguments arguments, int i, int step) {
        double number = DoubleReader.read(arguments.address(i), arguments.length(i));
        return step == SCORES ? number : GeoHash.encode(number, GeoUnit.number(arguments, i + 1), GeoHash.MAX_STEPS);
    }

    /** Carries the rest of the request out, on the sorted set that was opened last, and replies how many members are new. */
    static void addAll(CommandContext context, int options, int first, int step) {
        Arguments arguments = context.arguments();
        SortedSet sortedSet = context.sortedSet();
        int added = 0;
        int updated = 0;
        if (sortedSet.value().isThere() || AddOptions.allow(options, false)) {
            Transaction keys = context.keys();
            int left = arguments.count() - first;
            long bytes = arguments.totalLength() + left / 2L * DoubleText.MAX_LENGTH;
            keys.effect().begin(Effect.ZADD, sortedSet.value(), left, bytes);
            for (int i = first; i < arguments.count(); i += step) {
                double wanted = score(arguments, i, step);
                boolean isFound = sortedSet.find(arguments.address(i + step - 1), arguments.length(i + step - 1));
                boolean isChange = AddOptions.allow(options, isFound)
                        && (!isFound
                                || wanted != sortedSet.score() && AddOptions.allow(options, sortedSet.score(), wanted));
                if (isChange) {
                    put(keys, sortedSet, wanted, arguments, i + step - 1);
                    added += isFound ? 0 : 1;
                    updated += isFound ? 1 : 0;
                }
            }
            if (added + updated == 0) {
                keys.effect().cancel();
            } else {
                keys.effect().end(sortedSet.value(), false);
            }
        }
        context.reply().integer(AddOptions.has(options, AddOptions.CH) ? added + updated : added);
    }

    static void put(Transaction keys, SortedSet sortedSet, double wanted, Arguments arguments, int i) {
        long member = arguments.address(i);
        int length = arguments.length(i);
        double score = sortedSet.kept(wanted, member, length);
        keys.effect().argumentDouble(score);
        keys.effect().argument(member, length);
        sortedSet.put(score, member, length);
    }
}
