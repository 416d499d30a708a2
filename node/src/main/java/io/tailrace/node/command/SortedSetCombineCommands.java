package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.command.CombineRequest.Aggregate;
import io.tailrace.node.command.CombineRequest.Operation;
import io.tailrace.node.command.CombineRequest.Purpose;
import io.tailrace.node.command.CombineRequest.Weighted;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** Commands that make one sorted set of several, to reply it, to store it or to count its members. */
final class SortedSetCombineCommands implements CommandFamily {
    private static final int TARGET = 1;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                replying("zunion", Operation.UNION),
                replying("zinter", Operation.INTERSECTION),
                replying("zdiff", Operation.DIFFERENCE),
                storing("zunionstore", Operation.UNION),
                storing("zinterstore", Operation.INTERSECTION),
                storing("zdiffstore", Operation.DIFFERENCE),
                CommandSpec.keys(
                        "zintercard",
                        -3,
                        new KeyPositions(0, 0, 0),
                        Routing.ONE_SHARD,
                        SortedSetCombineCommands::zintercard,
                        READONLY,
                        MOVABLEKEYS));
    }

    private static CommandSpec replying(String name, Operation operation) {
        KeyCommand command = context -> {
            CombineRequest request = CombineRequest.read(context, name, operation, Purpose.REPLY);
            if (request != null) {
                reply(context.reply(), combined(context, request), request.hasScores());
            }
        };
        return CommandSpec.keys(name, -3, new KeyPositions(0, 0, 0), Routing.ONE_SHARD, command, READONLY, MOVABLEKEYS);
    }

    private static CommandSpec storing(String name, Operation operation) {
        KeyCommand command = context -> {
            CombineRequest request = CombineRequest.read(context, name, operation, Purpose.STORE);
            if (request != null) {
                SortedSetStore.store(context, TARGET, combined(context, request));
            }
        };
        return CommandSpec.keys(
                name, -4, new KeyPositions(1, 1, 1), Routing.ONE_SHARD, command, WRITE, DENYOOM, MOVABLEKEYS);
    }

    private static ScoredMembers combined(CommandContext context, CombineRequest request) {
        ScoredMembers members = context.scoredMembers().clear();
        switch (request.operation()) {
            case UNION -> unite(request, members);
            case INTERSECTION -> intersect(request, members);
            default -> subtract(request.sources(), members);
        }
        members.sort();
        return members;
    }

    private static void reply(ReplyWriter reply, ScoredMembers members, boolean hasScores) {
        boolean isPaired = hasScores && reply.protocol() >= 3;
        reply.array(hasScores && !isPaired ? 2 * members.count() : members.count());
        for (int i = 0; i < members.count(); i++) {
            if (isPaired) {
                reply.array(2);
            }
            reply.bulk(members.address(i), members.length(i));
            if (hasScores) {
                reply.doubleValue(members.score(i));
            }
        }
    }

    private static void unite(CombineRequest request, ScoredMembers members) {
        for (Weighted one : request.bySize()) {
            MemberSource source = one.source();
            while (source.next()) {
                double score = CombineRequest.number(one.weight() * source.score());
                int index = members.indexOf(source.memberAddress(), source.memberLength());
                if (index < 0) {
                    members.add(source.memberAddress(), source.memberLength(), score);
                } else {
                    members.scoreAt(index, request.aggregate().of(members.scoreAt(index), score));
                }
            }
        }
    }

    private static void intersect(CombineRequest request, ScoredMembers members) {
        Weighted[] sources = request.bySize();
        MemberSource smallest = sources[0].source();
        while (smallest.next()) {
            if (isInAll(smallest, sources)) {
                double score = score(smallest, sources, request.aggregate());
                members.add(smallest.memberAddress(), smallest.memberLength(), score);
            }
        }
    }

    private static boolean isInAll(MemberSource smallest, Weighted[] sources) {
        for (int i = 1; i < sources.length; i++) {
            if (!sources[i].source().find(smallest.memberAddress(), smallest.memberLength())) {
                return false;
            }
        }
        return true;
    }

    private static double score(MemberSource smallest, Weighted[] sources, Aggregate aggregate) {
        double score = CombineRequest.number(sources[0].weight() * smallest.score());
        for (int i = 1; i < sources.length; i++) {
            score = aggregate.of(score, sources[i].source().foundScore() * sources[i].weight());
        }
        return score;
    }

    private static void subtract(MemberSource[] sources, ScoredMembers members) {
        MemberSource first = sources[0];
        while (first.next()) {
            boolean isElsewhere = false;
            for (int i = 1; i < sources.length && !isElsewhere; i++) {
                isElsewhere = sources[i].find(first.memberAddress(), first.memberLength());
            }
            if (!isElsewhere) {
                members.add(first.memberAddress(), first.memberLength(), first.score());
            }
        }
    }

    private static void zintercard(CommandContext context) {
        CombineRequest request = CombineRequest.read(context, "zintercard", Operation.INTERSECTION, Purpose.COUNT);
        if (request == null) {
            return;
        }
        Weighted[] sources = request.bySize();
        MemberSource smallest = sources[0].source();
        long count = 0;
        while ((request.limit() == 0 || count < request.limit()) && smallest.next()) {
            count += isInAll(smallest, sources) ? 1 : 0;
        }
        context.reply().integer(count);
    }
}
