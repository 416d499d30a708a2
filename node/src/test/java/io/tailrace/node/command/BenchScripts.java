package io.tailrace.node.command;

import io.tailrace.node.script.NodeScripts;

/** Around the scripts of a shard with nothing around it, where writes may be refused. */
final class BenchScripts extends LoneScriptHost {
    String writeRefusal;

    BenchScripts(NodeScripts scripts, CommandTable commands) {
        super(scripts, commands);
    }

    @Override
    public String writeRefusal(long shards) {
        return writeRefusal;
    }
}
