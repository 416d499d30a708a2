package io.tailrace.node.reactor;

import io.tailrace.node.pubsub.Message;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ReactorStats;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.shard.Shard;
import java.util.List;
import java.util.function.Predicate;

/** What a reactor tells and does for commands about the node, and its counters. Owned by the reactor thread. */
final class ReactorServices implements ShardServices {
    private final Reactor reactor;
    private final Shard shard;
    private ReplicationServices replication;
    private long connectionsReceived;
    private long commands;
    private long commandsASecondAgo;
    private long commandsPerSecond;
    private long expiredBefore;
    private long evictedBefore;
    private long inputBytes;
    private long outputBytes;
    private long outputLimitClosed;
    private int cpu = -1;
    private volatile int openConnections;

    ReactorServices(Reactor reactor, Shard shard) {
        this.reactor = reactor;
        this.shard = shard;
    }

    void replication(ReplicationServices services) {
        replication = services;
    }

    @Override
    public Shard shard() {
        return shard;
    }

    @Override
    public ReplicationServices replication() {
        return replication;
    }

    @Override
    public ReactorStats stats() {
        return new ReactorStats(
                reactor.connections().count(),
                (int) reactor.connections().all().stream()
                        .filter(Connection::isBlocked)
                        .count(),
                connectionsReceived,
                commands,
                commandsPerSecond,
                inputBytes,
                outputBytes,
                outputLimitClosed,
                reactor.expiredKeys() - expiredBefore,
                shard.memory().evicted() - evictedBefore,
                cpu);
    }

    @Override
    public void resetStats() {
        connectionsReceived = 0;
        commands = 0;
        commandsASecondAgo = 0;
        commandsPerSecond = 0;
        inputBytes = 0;
        outputBytes = 0;
        outputLimitClosed = 0;
        expiredBefore = reactor.expiredKeys();
        evictedBefore = shard.memory().evicted();
    }

    void onSecond() {
        commandsPerSecond = commands - commandsASecondAgo;
        commandsASecondAgo = commands;
    }

    @Override
    public List<String> clientLines(Predicate<ClientInfo> filter) {
        return reactor.connections().all().stream()
                .filter(connection -> filter.test(connection.info()))
                .map(connection -> ClientLine.of(connection, reactor.clock().steadyMillis()))
                .toList();
    }

    @Override
    public int publish(Message message) {
        return reactor.subscriptions().publish(message);
    }

    @Override
    public int killClients(Predicate<ClientInfo> filter, long askingId) {
        List<Connection> killed = reactor.connections().all().stream()
                .filter(connection -> filter.test(connection.info()))
                .toList();
        for (Connection connection : killed) {
            if (connection.id() == askingId) {
                connection.closeAfterReply();
            } else {
                connection.close();
            }
        }
        return killed.size();
    }

    @Override
    public boolean unblock(long client, boolean isError) {
        return reactor.waiting().unblock(client, isError)
                || reactor.connections().all().stream()
                        .filter(connection -> connection.id() == client)
                        .anyMatch(connection -> connection.session().unblock(isError));
    }

    void connected() {
        connectionsReceived++;
        openConnections = reactor.connections().count();
    }

    void disconnected() {
        openConnections = reactor.connections().count();
    }

    int openConnections() {
        return openConnections;
    }

    void countCommand() {
        commands++;
    }

    void countInput(int bytes) {
        inputBytes += bytes;
    }

    void countOutput(int bytes) {
        outputBytes += bytes;
    }

    void countOutputLimitClosed() {
        outputLimitClosed++;
    }

    void cpu(int pinnedTo) {
        cpu = pinnedTo;
    }
}
