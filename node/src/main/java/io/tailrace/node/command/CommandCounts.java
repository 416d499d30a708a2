package io.tailrace.node.command;

import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.CommandStats;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What is counted of the commands of one shard, those of clients and those that scripts call. Owned by the shard's thread. As in
 * Redis a script is told of as failed where it replies with an error, but an error of a command that it called counts once.
 */
final class CommandCounts {
    private final CommandStats stats = new CommandStats();
    private final CommandWatch watch;
    private final Map<CommandSpec, Known> known = new IdentityHashMap<>();
    private CommandSpec lastSpec;
    private Known lastKnown;

    /** What is looked up once of each command. */
    record Known(CommandStats.Row row, int lookups) {}

    CommandCounts(CommandWatch watch) {
        this.watch = watch;
    }

    CommandStats stats() {
        return stats;
    }

    Known known(CommandSpec spec) {
        if (spec == lastSpec) {
            return lastKnown;
        }
        Known found = known.get(spec);
        if (found == null) {
            found = new Known(stats.row(spec, spec.name()), LookupKinds.of(spec));
            known.put(spec, found);
        }
        lastSpec = spec;
        lastKnown = found;
        return found;
    }

    /** Counts a command that a script has called, and notes it where it was long. */
    void ranWithin(
            CommandSpec spec, Arguments arguments, ClientInfo script, long micros, ReplyWriter reply, int start) {
        stats.ran(known(spec).row, micros, reply, start);
        watch.ranWithin(script, spec, arguments, micros);
    }

    /** Counts a command that a script was not let call; one that there is not is only an error. */
    void refusedWithin(CommandSpec spec, String error) {
        if (spec != null) {
            stats.rejected(known(spec).row);
        }
        stats.error(error);
    }

    /** Counts a command of a client. */
    void ran(Known of, long micros, ReplyWriter reply, int start) {
        stats.ran(of.row, micros, reply, start);
    }

    /** Counts one that has run scripts. */
    void ran(Known of, long micros, ReplyWriter reply, int start, boolean isErrorOfCommand) {
        stats.ran(of.row, micros, reply, start, isErrorOfCommand);
    }
}
