package io.tailrace.node.report;

import io.tailrace.node.services.CommandStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all shards have counted of commands and errors, added up. Immutable. */
record CommandTotals(List<CommandStats.Calls> commands, Map<String, Long> errors) {
    static CommandTotals of(List<ShardReport> shards) {
        Map<String, CommandStats.Calls> commands = new TreeMap<>();
        Map<String, Long> errors = new TreeMap<>();
        for (ShardReport shard : shards) {
            CommandStats.Snapshot counted = shard.stats().totals().commands();
            counted.commands().forEach(calls -> commands.merge(calls.name(), calls, CommandTotals::sum));
            counted.errors().forEach((code, count) -> errors.merge(code, count, Long::sum));
        }
        return new CommandTotals(new ArrayList<>(commands.values()), errors);
    }

    private static CommandStats.Calls sum(CommandStats.Calls one, CommandStats.Calls other) {
        return new CommandStats.Calls(
                one.name(),
                one.calls() + other.calls(),
                one.micros() + other.micros(),
                one.rejected() + other.rejected(),
                one.failed() + other.failed());
    }
}
