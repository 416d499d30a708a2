package io.tailrace.node.command;

import java.util.List;

/** Every command that a node offers: the one place that lists the families. */
public final class StandardCommands {
    private final CommandTable table;

    private StandardCommands() {
        table = new CommandTable(List.of(
                new StringCommands(),
                new RangeCommands(),
                new CounterCommands(),
                new BitCommands(),
                new BitfieldCommands(),
                new HyperLogLogCommands(),
                new LcsCommand(),
                new HashCommands(),
                new SortedSetCommands(),
                new SortedSetRangeCommands(),
                new SortedSetPopCommands(),
                new BlockingSortedSetCommands(),
                new SortedSetCombineCommands(),
                new GeoCommands(),
                new SetCommands(),
                new SetAlgebraCommands(),
                new ListCommands(),
                new ListElementCommands(),
                new BlockingListCommands(),
                new StreamCommands(),
                new StreamGroupCommands(),
                new StreamReadCommands(),
                new StreamClaimCommands(),
                new StreamInfoCommands(),
                new SortCommands(),
                new KeyspaceCommands(),
                new DatabaseCommands(),
                new ScanCommands(),
                new ObjectCommands(),
                new DumpCommands(),
                new MemoryCommands(),
                new ExpiryCommands(),
                new ConnectionCommands(),
                new ClientCommands(),
                new PubSubCommands(),
                new TransactionCommands(),
                new ServerCommands(),
                new SlowlogCommands(),
                new LatencyCommands(),
                new MonitorCommand(),
                new SaveCommands(),
                new DebugCommands(),
                new ClusterCommands(),
                new ModuleCommands(),
                new LolwutCommand(),
                new ConfigCommands(),
                new CommandCommands(this::table),
                new AclCommands(this::table),
                new ReplicationCommands(),
                new FailoverCommands(),
                new AckCommands(),
                new TokenCommands(),
                new DigestCommands(),
                new FeedCommands(),
                new ScriptCommands(),
                new FunctionCommands()));
    }

    /** A table of all of them. */
    public static CommandTable create() {
        return new StandardCommands().table;
    }

    /** For families that describe commands: they run only once the table exists. */
    private CommandTable table() {
        return table;
    }
}
