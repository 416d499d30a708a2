package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandTable;
import io.tailrace.wire.resp.Arguments;

/** Where the requests of a reactor's connections go. Owned by the reactor's thread. */
final class ConnectionRequests implements ConnectionHost {
    private final Dispatcher dispatcher;
    private final SessionParts sessions;
    private final LookAhead ahead;

    ConnectionRequests(SessionParts sessions, CommandTable commands, BusyPoll busyPoll, ReactorCounters counters) {
        this.sessions = sessions;
        ahead = new LookAhead(sessions.links().own(), sessions.links().count());
        dispatcher = new Dispatcher(sessions, commands, busyPoll, counters);
        sessions.spread().executor(dispatcher::again);
    }

    /** What waits for the end of a pause. */
    PausedRequests pausedRequests() {
        return dispatcher.pausedRequests();
    }

    @Override
    public void execute(Connection connection, Arguments arguments) {
        dispatcher.execute(connection, arguments);
        sessions.subscriptions().deliver();
    }

    @Override
    public ConnectionSession session(Connection connection) {
        return new Session(sessions, connection);
    }

    @Override
    public boolean isCongested() {
        return sessions.links().isCongested();
    }

    @Override
    public void openBatch() {
        sessions.links().side().shard().transactions().openBatch();
    }

    @Override
    public void endBatch() {
        sessions.links().side().shard().transactions().endBatch();
    }

    @Override
    public void lookAhead(RequestInput input, int database) {
        ShardSide side = sessions.links().side();
        if (!side.services().isLoading()) {
            input.lookAhead(ahead, side.shard().databases().of(database));
        }
    }

    @Override
    public void wake(int shard) {
        sessions.links().to(shard, side -> {});
    }

    @Override
    public void forgetWaiting(Connection connection, int shard) {
        sessions.links().side().waiting().forget(connection, shard);
    }
}
