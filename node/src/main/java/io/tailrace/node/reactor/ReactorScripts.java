package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.ScriptHost;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.pubsub.Message;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.watch.AclLog;
import io.tailrace.wire.resp.Arguments;

/** What is around the scripts of one reactor's shard. Owned by the reactor's thread. */
final class ReactorScripts implements ScriptHost {
    private final NodeServices node;
    private final CommandTable commands;
    private final ShardLinks links;
    private final CycleClock clock;
    private BusyPoll busyPoll;

    ReactorScripts(NodeServices node, CommandTable commands, ShardLinks links, CycleClock clock) {
        this.node = node;
        this.commands = commands;
        this.links = links;
        this.clock = clock;
    }

    /** Gives what answers others while a script is late, before the first cycle. */
    void busyPoll(BusyPoll poll) {
        busyPoll = poll;
    }

    @Override
    public NodeScripts scripts() {
        return node.scripts();
    }

    @Override
    public CommandTable commands() {
        return commands;
    }

    @Override
    public NodeServices node() {
        return node;
    }

    @Override
    public ShardServices services() {
        return links.side().services();
    }

    @Override
    public String writeRefusal(long shards) {
        String refusal = null;
        for (long rest = shards; rest != 0 && refusal == null; rest &= rest - 1) {
            refusal = links.side(Long.numberOfTrailingZeros(rest)).gate().writeRefusal();
        }
        return refusal;
    }

    @Override
    public void publish(Message message) {
        for (int shard = 0; shard < links.count(); shard++) {
            links.to(shard, side -> side.services().publish(message));
        }
    }

    @Override
    public void called(int database, CommandSpec spec, Arguments arguments) {
        Monitors monitors = links.side().services().monitors();
        if (monitors.isOn()) {
            monitors.show(database, "lua", spec, arguments);
        }
    }

    @Override
    public void denied(AclLog.Reason reason, String object, String user, ClientInfo by) {
        String line = by == null ? "" : ClientLine.of(by, clock.steadyMs());
        node.diagnostics().aclLog().add(reason, AclLog.Context.LUA, object, user, line, clock.freshMicros() / 1_000);
    }

    @Override
    public long busyReplyThreshold() {
        return node.settings().current().busyReplyThreshold();
    }

    @Override
    public void late() {
        busyPoll.serve();
    }

    @Override
    public void over() {
        busyPoll.end();
    }
}
