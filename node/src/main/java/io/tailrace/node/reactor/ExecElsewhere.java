package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.Routing;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * An EXEC whose keys are on another shard than its connection. That shard runs the commands on keys as one; those about the
 * connection or the node (PUBLISH, CLIENT, INFO) can only run at home, which they do in their order when the others are done, and
 * before the connection's next command.
 *
 * <pre>
 *  home                    the shard of the keys                          home
 *  place of the reply  ->  *3 | +OK | hole | :1     (holes: 1 offset)  ->  *3 | +OK | :2 | :1
 * </pre>
 *
 * <p>Started and finished by the connection's thread; between, one task of the shard's thread has it.
 */
final class ExecElsewhere {
    private final List<CommandSpec> specs;
    private final List<RequestCopy> requests;
    private final WatchSet watched;
    private final int protocol;
    private final List<Integer> holes = new ArrayList<>();

    /** @param watched or null */
    ExecElsewhere(List<CommandSpec> specs, List<RequestCopy> requests, WatchSet watched, int protocol) {
        this.specs = specs;
        this.requests = requests;
        this.watched = watched;
        this.protocol = protocol;
    }

    List<CommandSpec> specs() {
        return specs;
    }

    List<RequestCopy> requests() {
        return requests;
    }

    WatchSet watched() {
        return watched;
    }

    /** Of the keys, until one of the commands selects another. */
    int database() {
        return requests.isEmpty() ? 0 : requests.get(0).database();
    }

    int protocol() {
        return protocol;
    }

    /** On the shard of the keys, in the place of a command that can only run at home. */
    void leaveHole(CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        holes.add(reply.position());
    }

    /** Back home: runs the rest and gives the reply, at once or when all shards have answered. */
    void finish(Connection connection, ReplySlot slot, DetachedReply reply, SideReplies side, RequestScratch scratch) {
        if (holes.isEmpty() || reply.at(0) != '*' || connection.isClosed()) {
            connection.complete(slot, reply);
            return;
        }
        try (reply) {
            ReplyWriter whole = side.begin(protocol, connection.replies().detachedBytes());
            fill(connection.session(), reply, whole, scratch.layOut(requests));
            DetachedReply bytes = side.take(connection.replies().detachedBytes());
            ExecReply later = connection.session().takeExecReply();
            if (later == null) {
                connection.complete(slot, bytes);
            } else {
                later.giveLater(slot, bytes, 0);
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            connection.fail(e);
        }
    }

    private void fill(Session session, DetachedReply reply, ReplyWriter whole, List<Arguments> arguments) {
        int at = 0;
        int hole = 0;
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).routing() == Routing.SESSION) {
                int next = holes.get(hole++);
                reply.writeTo(whole, at, next);
                at = next;
                session.begin(whole, true);
                specs.get(i).sessionCommand().run(session, arguments.get(i));
            }
        }
        assert hole == holes.size() : hole + " of " + holes.size() + " holes filled";
        reply.writeTo(whole, at, reply.length());
    }
}
