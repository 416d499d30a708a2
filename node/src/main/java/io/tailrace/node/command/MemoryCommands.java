package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.report.MemoryReport;
import io.tailrace.node.report.ShardReport;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** MEMORY: what a key takes, and what the node does. */
final class MemoryCommands implements CommandFamily {
    private static final String[] HELP = {
        "DOCTOR",
        "    Return memory problems reports.",
        "MALLOC-STATS",
        "    Return internal statistics report from the memory allocator.",
        "PURGE",
        "    Attempt to purge dirty pages for reclamation by the allocator.",
        "STATS",
        "    Return information about the memory usage of the server.",
        "USAGE <key> [SAMPLES <count>]",
        "    Return memory in bytes used by <key> and its value. Nested values are",
        "    sampled up to <count> times (default: 5, 0 means sample all)."
    };

    private static final int KEY = 2;

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.container(
                "memory",
                -2,
                null,
                List.of(
                        CommandSpec.session("memory|doctor", 2, MemoryCommands::doctor),
                        CommandSpec.session(
                                "memory|help",
                                2,
                                (session, arguments) -> HelpReply.write(session.reply(), "MEMORY", HELP),
                                LOADING,
                                STALE),
                        // as Redis says it where it was built for the system's allocator, which this node uses
                        CommandSpec.session("memory|malloc-stats", 2, (session, arguments) -> session.reply()
                                .bulk("Stats not supported for the current allocator")),
                        CommandSpec.session("memory|purge", 2, (session, arguments) -> session.reply()
                                .ok()),
                        CommandSpec.session("memory|stats", 2, MemoryCommands::stats),
                        CommandSpec.keys(
                                "memory|usage",
                                -3,
                                new KeyPositions(KEY, KEY, 1),
                                Routing.ONE_SHARD,
                                MemoryCommands::usage,
                                READONLY))));
    }

    /** Nothing is sampled, as the store knows it of each key: the option is read and has no effect. */
    private static void usage(CommandContext context) {
        String problem = usageProblem(context.arguments());
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        StoredValue value = context.open(KEY);
        if (value.isThere()) {
            context.reply().integer(context.keys().selected().bytesOf(value));
        } else {
            context.reply().nullBulk();
        }
    }

    private static String usageProblem(Arguments arguments) {
        for (int i = KEY + 1; i < arguments.count(); i += 2) {
            if (!arguments.is(i, "SAMPLES") || i + 1 == arguments.count()) {
                return ErrorText.SYNTAX;
            }
            if (!arguments.isLong(i + 1)) {
                return ErrorText.NOT_AN_INTEGER;
            }
            if (arguments.parseLong(i + 1) < 0) {
                return ErrorText.SYNTAX;
            }
        }
        return null;
    }

    private static void stats(ClientSession session, Arguments arguments) {
        session.gather(
                ShardReport::of,
                (shards, reply) -> MemoryReport.stats(shards, session.node().scripts(), reply));
    }

    private static void doctor(ClientSession session, Arguments arguments) {
        long limit = session.node().settings().current().maxMemory();
        session.gather(ShardReport::of, (shards, reply) -> reply.verbatim(MemoryReport.problems(shards, limit)));
    }
}
