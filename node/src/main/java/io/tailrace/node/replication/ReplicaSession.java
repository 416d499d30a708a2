package io.tailrace.node.replication;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.platform.StateMachine;
import io.tailrace.node.reactor.PeerConnection;
import io.tailrace.node.security.User;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices.ReplicaInfo;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The primary's side of one replica of one shard: a state machine that the pump drives once per duty cycle. Owned by the
 * shard's reactor thread. A fault of the replica or of its socket closes only this session.
 *
 * <pre>
 *  HANDSHAKE --answered--> STREAMING, or SENDING_SNAPSHOT --file sent--> STREAMING,
 *                          or REWINDING --entries fetched--> STREAMING;  any --fault, refused--> CLOSED
 * </pre>
 *
 * <p>Filling stops at half of the output limit (for a snapshot at half a MiB at most), which, with one record, bounds the memory
 * for a slow replica. One that reads nothing for {@value SessionDeadlines#STALL_MS} ms while that much is pending is disconnected and
 * counted; it resumes later, at its index or in the snapshot's file.
 */
final class ReplicaSession implements PeerConnection, Downstream {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaSession.class);
    private final SessionHost host;
    private final Shard shard;
    private final PeerChannel peer;
    private final ReplicaFrames frames;
    private final StateMachine<SessionState> machine;
    private final AckState acks;
    private final String address;
    private final ClientInfo client;
    private final SessionDeadlines deadlines;
    private SessionStage stage;
    private String id = "?";
    private int clientPort;
    private String announcedHost;
    private boolean isFilling;
    private long supersededSteadyMs = -1;

    ReplicaSession(SessionHost host, PeerChannel peer) throws IOException {
        this.host = host;
        this.shard = host.shard();
        this.peer = peer;
        address = peer.remoteAddress();
        client = host.reactor().info(ClientInfo.Kind.REPLICA, peer.channel());
        acks = new AckState(shard);
        machine = new StateMachine<>("session-" + shard.id(), SessionState.HANDSHAKE);
        stage = new RequestStage(this, host);
        frames = new ReplicaFrames(this, host);
        deadlines = new SessionDeadlines(shard.clock().steadyMs());
    }

    PeerChannel peer() {
        return peer;
    }

    private void logUnreadable(BacklogException e) {
        LOG.error("shard={} replica={} address={}: can't read the log: {}", shard.id(), id, address, e.getMessage());
    }

    SessionStage stage() {
        return stage;
    }

    AckState acks() {
        return acks;
    }

    /** The states it went through, for tests. */
    StateMachine<SessionState> machine() {
        return machine;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public boolean isCounted() {
        return machine.is(SessionState.STREAMING) && supersededSteadyMs < 0;
    }

    @Override
    public long appliedIndex() {
        return acks.appliedIndex();
    }

    @Override
    public long durableIndex() {
        return acks.durableIndex();
    }

    @Override
    public void requestSync() {
        if (acks.mayRequestSync()) {
            peer.frames().force();
        }
    }

    @Override
    public long lastHeardSteadyMs() {
        return deadlines.lastHeardSteadyMs();
    }

    @Override
    public void supersede() {
        supersededSteadyMs = supersededSteadyMs < 0 ? shard.clock().steadyMs() : supersededSteadyMs;
    }

    @Override
    public long supersededSteadyMs() {
        return supersededSteadyMs;
    }

    @Override
    public boolean isClosed() {
        return machine.is(SessionState.CLOSED);
    }

    @Override
    public void onReady(SelectionKey key) throws IOException {
        if (key.isWritable()) {
            peer.flush();
        }
        if (!isClosed() && key.isReadable()) {
            onMore();
        }
    }

    @Override
    public void onMore() throws IOException {
        if (isClosed()) {
            return;
        }
        int count = peer.read();
        if (count < 0) {
            close("it closed the connection");
        } else if (count > 0) {
            deadlines.heard(shard.clock().steadyMs());
            client.active("replconf", deadlines.lastHeardSteadyMs());
            if (stage instanceof RequestStage request) {
                request.read();
            } else {
                frames.read();
            }
        }
    }

    /** HANDSHAKE: the replica has sent its id and position; {@code user} is the one it has logged in as, or null. */
    void answer(HandshakeRequest request, User user) throws IOException {
        id = request.replicaId();
        clientPort = request.port();
        announcedHost = request.host();
        client.name(id);
        client.user(user);
        try {
            new Attachment(this, host, request).answer(host.evaluate(request));
        } catch (BacklogException e) {
            unreadable(e);
        }
    }

    /** Before it was answered. Where it can't be read is known now: when the replica asks again, it is sent a snapshot. */
    void unreadable(BacklogException e) throws IOException {
        logUnreadable(e);
        refuse(RefusalCode.LOADING, e.getMessage());
    }

    /** REWINDING: it has every entry, and wants the records. */
    void rewound(RecordSender records) {
        acks.startAt(records.index());
        host.counters().countGrantedPartial();
        enter(new StreamingStage(this, records), "it has what it fetched");
    }

    /** Sends records from now on. */
    void stream(RecordSender records, String reason) {
        enter(new StreamingStage(this, records), reason);
        ping();
    }

    /** OPENING: a snapshot, and records after it. */
    void send(SnapshotSender snapshot, RecordSender records) {
        isFilling = true;
        enter(new SendingStage(this, host, snapshot, records), "it needs a snapshot");
    }

    void enter(SessionStage next, String reason) {
        machine.to(next.state(), reason);
        stage = next;
    }

    void refuse(RefusalCode code, String reason) throws IOException {
        refuse(code, reason, null);
    }

    /**
     * @param advice null, or what else the log of this node says
     */
    void refuse(RefusalCode code, String reason, String advice) throws IOException {
        host.counters().countDenied();
        HandshakeReply.refused(code, reason).encode(peer.output());
        peer.flush();
        close(
                "refused: " + code + " " + reason + (advice == null ? "" : "; " + advice),
                host.refusals().mayLog(id, code, shard.clock().steadyMs()));
    }

    /** It says how far it is. */
    void onAck(FrameDecoder ack) {
        String problem = acks.take(ack, stage.sentIndex());
        if (problem != null) {
            close(problem);
            return;
        }
        if (isFilling && appliedIndex() != QueueIndex.NONE) {
            isFilling = false;
            host.onSynced(this);
        }
        host.onAck();
    }

    /** It takes nothing more before another shard's link has brought it another part of a transaction: it is not slow. */
    void onWaiting() {
        deadlines.waits(shard.clock().steadyMs());
    }

    @Override
    public int pump(int budget, int outputLimit) throws IOException {
        if (!isAttached()) {
            return machine.is(SessionState.OPENING) ? stage.fill(budget, 0) : 0;
        }
        int highWater = stage.highWater(outputLimit);
        int filled = peer.pending() >= highWater ? 0 : fill(budget, highWater);
        int sent = !isClosed() && peer.pending() > 0 ? peer.flush() : 0;
        return filled + sent;
    }

    private int fill(int budget, int highWater) throws IOException {
        try {
            return stage.fill(budget, highWater);
        } catch (BacklogException e) {
            logUnreadable(e);
            giveUp(e.getMessage());
            return 0;
        }
    }

    /** Ends the session for a reason that the replica is told. */
    void giveUp(String reason) throws IOException {
        peer.frames().error(reason);
        peer.flush();
        close(reason);
    }

    private void ping() {
        peer.frames()
                .ping(
                        shard.backlog().lastIndex(),
                        shard.clock().micros(),
                        shard.backlog().recordCount());
    }

    @Override
    public void onSecond(int outputLimit) {
        long now = shard.clock().steadyMs();
        host.counters().countSent(peer.takeSentBytes());
        acks.forgetSyncRequest();
        deadlines.onSecond(now);
        String stalled = deadlines.stalled(now, peer.pending() >= stage.highWater(outputLimit), peer);
        String silent = deadlines.silent(now, isAttached(), host.silenceMs());
        if (stalled != null) {
            host.counters().countOutputLimitClosed();
            close(stalled);
        } else if (silent != null) {
            close(silent);
        } else if (isAttached() && peer.pending() < outputLimit / 2) {
            ping();
        }
    }

    @Override
    public ReplicaInfo info() {
        long now = shard.clock().steadyMs();
        boolean isHeld = shard.backlog().contains(appliedIndex());
        return new ReplicaInfo(
                id,
                address(),
                clientPort,
                stage.redisState(),
                appliedIndex(),
                isHeld ? shard.backlog().segments().recordCount(appliedIndex()) : 0,
                Math.max(0, now - deadlines.lastHeardSteadyMs()),
                acks.lag().micros(shard.clock().steadyMicros()),
                peer.pending(),
                stage.progress());
    }

    @Override
    public ReplicaPlace place(long secondsToFullSync) {
        long micros = shard.clock().steadyMicros();
        return new ReplicaPlace(
                id,
                address(),
                clientPort,
                stage.redisState(),
                appliedIndex(),
                acks.lag().micros(micros),
                acks.lag().summary(micros / 1_000),
                -1,
                secondsToFullSync);
    }

    @Override
    public long neededFrom() {
        long read = stage.sentIndex() == QueueIndex.NONE ? Long.MAX_VALUE : stage.sentIndex();
        return appliedIndex() == QueueIndex.NONE ? read : Math.min(read, appliedIndex());
    }

    @Override
    public String address() {
        return announcedHost == null ? address : announcedHost;
    }

    @Override
    public int clientPort() {
        return clientPort;
    }

    @Override
    public boolean isSendingSnapshot() {
        return machine.is(SessionState.SENDING_SNAPSHOT);
    }

    @Override
    public boolean isAttached() {
        return !machine.is(SessionState.HANDSHAKE) && !machine.is(SessionState.OPENING) && !isClosed();
    }

    @Override
    public void close(String reason) {
        close(reason, isAttached() || host.faults().mayLog(shard.clock().steadyMs()));
    }

    @Override
    public ClientInfo client() {
        return isAttached() ? client : null;
    }

    @Override
    public CycleStep step() {
        return CycleStep.PUMP;
    }

    @Override
    public long pendingBytes() {
        return peer.pending();
    }

    @Override
    public void kill() {
        close("a client has killed the connection");
    }

    private void close(String reason, boolean isLogged) {
        if (isClosed()) {
            return;
        }
        if (isLogged) {
            LOG.info("shard={} replica={} address={}: detached: {}", shard.id(), id, address, reason);
        }
        machine.to(SessionState.CLOSED, reason);
        stage.end();
        host.counters().countSent(peer.takeSentBytes());
        peer.close();
        host.onClosed(this);
    }

    @Override
    public void onFailure(Throwable cause) {
        close(String.valueOf(cause.getMessage()));
    }
}
