package io.tailrace.node.command;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.pubsub.Message;
import io.tailrace.node.pubsub.Subscriber;
import io.tailrace.node.pubsub.Topic;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.ClientTracking;
import io.tailrace.node.services.FileMaker;
import io.tailrace.node.services.LastWrites;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ReplyMode;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.shard.CommandErrorException;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The client that a script's commands about the node are of: no connection, as in Redis. Owned by the shard's thread.
 *
 * <p>What asks all shards is refused where there are several, as a script can't wait. Messages go out when what the script has
 * written is logged.
 */
final class ScriptSession implements ClientSession {
    private static final String NOT_HERE = "ERR This Redis command is not allowed from script";

    private final ScriptHost host;
    private final CycleClock clock;
    private final ClientInfo info;
    private final List<Message> messages = new ArrayList<>();
    private ReplyWriter reply;

    ScriptSession(ScriptHost host, CycleClock clock) {
        this.host = host;
        this.clock = clock;
        info = new ClientInfo(ClientInfo.Kind.CLIENT, 0, "?:0", "", clock.steadyMs());
    }

    /** @param protocol of the caller */
    void begin(int protocol) {
        info.protocol(protocol);
    }

    void run(CommandSpec spec, Arguments request, ReplyWriter newReply) {
        reply = newReply;
        if (spec.name().equals("publish")) {
            publish(request);
        } else if (host.node() == null) {
            throw new CommandErrorException(NOT_HERE);
        } else {
            spec.sessionCommand().run(this, request);
        }
    }

    private void publish(Arguments request) {
        Topic topic = Topic.of(request, 1);
        messages.add(new Message(topic, request.bytes(2)));
        reply.integer(host.node() == null ? 0 : host.node().topics().receivers(topic));
    }

    /** Sends what was published, or forgets it. */
    void settle(boolean isCommitted) {
        if (!messages.isEmpty()) {
            if (isCommitted) {
                messages.forEach(host::publish);
            }
            messages.clear();
        }
    }

    private static CommandErrorException notHere() {
        return new CommandErrorException(NOT_HERE);
    }

    @Override
    public long id() {
        return info.id();
    }

    @Override
    public ClientInfo info() {
        return info;
    }

    @Override
    public ReplyWriter reply() {
        return reply;
    }

    @Override
    public NodeServices node() {
        return host.node();
    }

    @Override
    public long nowMicros() {
        clock.refreshEpochMs();
        return clock.micros();
    }

    @Override
    public long steadyMs() {
        return clock.refreshSteadyMs();
    }

    @Override
    public boolean isGone() {
        return false;
    }

    @Override
    public void mayBeUnblocked(boolean isAllowed) {
        // not possible
    }

    @Override
    public Unblocking unblocking() {
        return Unblocking.NONE;
    }

    @Override
    public void closeAfterReply() {
        // there is no connection
    }

    @Override
    public <T> void gather(Function<ShardServices, T> part, BiConsumer<List<T>, ReplyWriter> whole) {
        if (host.node().shardCount() > 1) {
            throw new CommandErrorException("ERR This command needs all shards, which is not allowed in a script");
        }
        whole.accept(List.of(part.apply(host.services())), reply);
    }

    @Override
    public <T> void gatherLater(BiConsumer<ShardServices, Consumer<T>> part, BiConsumer<List<T>, ReplyWriter> whole) {
        throw notHere();
    }

    @Override
    public LastWrites lastWrites() {
        throw notHere();
    }

    @Override
    public void afterEarlier(Runnable task) {
        throw notHere();
    }

    @Override
    public boolean isInExec() {
        return true;
    }

    @Override
    public void multi() {
        throw notHere();
    }

    @Override
    public void exec() {
        throw notHere();
    }

    @Override
    public void discard() {
        throw notHere();
    }

    @Override
    public void watch(Arguments arguments) {
        throw notHere();
    }

    @Override
    public void unwatch() {
        throw notHere();
    }

    @Override
    public Subscriber subscriber() {
        throw notHere();
    }

    @Override
    public String clientLine() {
        throw notHere();
    }

    @Override
    public void replyMode(ReplyMode mode) {
        throw notHere();
    }

    @Override
    public void sendFile(FileMaker maker) {
        throw notHere();
    }

    @Override
    public void monitor(boolean isOn) {
        throw notHere();
    }

    @Override
    public ClientTracking tracking() {
        throw notHere();
    }

    @Override
    public void reset() {
        throw notHere();
    }
}
