package io.tailrace.node.command;

import io.tailrace.node.pubsub.Message;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;

/** Around the scripts of a shard with nothing around it: they call commands, and nothing of a node. */
public class LoneScriptHost implements ScriptHost {
    private final NodeScripts scripts;
    private final CommandTable commands;

    public LoneScriptHost(NodeScripts scripts, CommandTable commands) {
        this.scripts = scripts;
        this.commands = commands;
    }

    @Override
    public NodeScripts scripts() {
        return scripts;
    }

    @Override
    public CommandTable commands() {
        return commands;
    }

    @Override
    public NodeServices node() {
        return null;
    }

    @Override
    public ShardServices services() {
        return null;
    }

    @Override
    public String writeRefusal(long shards) {
        return null;
    }

    @Override
    public void publish(Message message) {
        // nobody listens
    }

    @Override
    public long busyReplyThreshold() {
        return 0;
    }

    @Override
    public void late() {
        throw new AssertionError("never late");
    }

    @Override
    public void over() {
        throw new AssertionError("never late");
    }
}
