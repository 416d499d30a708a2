package io.tailrace.node.replication;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.reactor.PeerConnection;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices.ReplicaInfo;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.HandshakeException;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.resp.RequestDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The primary's side of one replica of one shard: a state machine that the pump drives once per duty cycle. Owned by the
 * shard's reactor thread. A fault of the replica or its socket ends this session and nothing else.
 *
 * <pre>
 *  HANDSHAKE --judged--> STREAMING, or SNAPSHOT_SHIPPING --file sent--> STREAMING,
 *                        or REWINDING --it has what it fetched--> STREAMING;  any --fault--> CLOSED
 * </pre>
 *
 * <p>Filling stops at half of the output limit, of a snapshot at half a MiB at most, so memory for a slow replica is bounded
 * by that and one record. One that takes nothing for {@value #STALL_MILLIS} ms while so much is pending is cut, counted, and
 * resumes later, by its index or in the snapshot's file.
 */
final class ReplicaSession implements PeerConnection, Follower {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaSession.class);
    private static final long STALL_MILLIS = 5_000;
    private static final int MOST_SHIPPED_AHEAD = 512 << 10;
    private static final long SILENCE_MILLIS = 30_000;

    /** From the connection's begin, whatever has come of a request since. */
    static final long HANDSHAKE_MILLIS = 5_000;

    private final ShardReplication replication;
    private final Shard shard;
    private final PeerChannel peer;
    private final RequestDecoder requests = new RequestDecoder(HandshakeRequest.limits());
    private final FrameDecoder frames = new FrameDecoder(FrameLayout.MAX_CHUNK);
    private final ReplicaLogin login;
    private final String address;
    private final ClientInfo client;
    private SessionState state = SessionState.HANDSHAKE;
    private String id = "?";
    private int clientPort;
    private LogFeed feed;
    private Shipment shipment;
    private boolean isSyncing;
    private OutgoingRewind rewind;
    private long appliedIndex = QueueIndex.NONE;
    private long durableIndex = QueueIndex.NONE;
    private long forceAskedAt = QueueIndex.NONE;
    private final AckLag lag = new AckLag();
    private final PeerFaults faults;
    private final long acceptedMillis;
    private boolean isProbed;
    private long probe;
    private long lastHeardMillis;
    private long lastProgressMillis;
    private long sentAtProgress;
    private long supersededMillis = -1;

    ReplicaSession(ShardReplication replication, PeerChannel peer) throws IOException {
        this.replication = replication;
        this.shard = replication.shard();
        this.peer = peer;
        login = new ReplicaLogin(replication.security().users());
        address = ((InetSocketAddress) peer.channel().getRemoteAddress())
                .getAddress()
                .getHostAddress();
        client = replication.reactor().info(ClientInfo.Kind.REPLICA, peer.channel());
        faults = replication.faults();
        acceptedMillis = shard.clock().steadyMillis();
        lastHeardMillis = acceptedMillis;
        lastProgressMillis = acceptedMillis;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public boolean counts() {
        return state == SessionState.STREAMING && supersededMillis < 0;
    }

    @Override
    public long appliedIndex() {
        return appliedIndex;
    }

    @Override
    public long durableIndex() {
        return durableIndex;
    }

    @Override
    public void askForce() {
        if (forceAskedAt < appliedIndex) {
            forceAskedAt = appliedIndex;
            peer.frames().force();
        }
    }

    @Override
    public long lastHeardMillis() {
        return lastHeardMillis;
    }

    /** The same node has come again: what this connection was told may be lost there, and must not count twice. */
    void supersede() {
        supersededMillis = supersededMillis < 0 ? shard.clock().steadyMillis() : supersededMillis;
    }

    /** When the same node came again, or -1. */
    long supersededMillis() {
        return supersededMillis;
    }

    boolean isClosed() {
        return state == SessionState.CLOSED;
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
        if (!isClosed()) {
            int count = peer.read();
            if (count < 0) {
                close("it closed the connection");
                return;
            }
            if (count == 0) {
                return;
            }
            lastHeardMillis = shard.clock().steadyMillis();
            client.active("replconf", lastHeardMillis);
            if (state == SessionState.HANDSHAKE) {
                readRequest();
            } else {
                readFrames();
            }
        }
    }

    /** A log-in, if there is one, and then the request: both may have come at once. */
    private void readRequest() throws IOException {
        boolean goesOn = true;
        while (goesOn && !isClosed()) {
            goesOn = readOneRequest();
        }
    }

    /** Returns whether it was a log-in, so that another one follows. */
    private boolean readOneRequest() throws IOException {
        RequestDecoder.Outcome outcome = requests.decode(peer.address(), peer.received());
        int consumed = requests.consumed();
        switch (outcome) {
            case NEED_MORE:
                // a part that is swallowed belongs to an argument that is too long, too
                if (consumed > 0 || peer.received() >= HandshakeRequest.MAX_LENGTH) {
                    refuse(RefusalCode.ERR, "the request is longer than " + HandshakeRequest.MAX_LENGTH + " bytes");
                }
                break;
            case REQUEST:
                if (ReplicaLogin.isOne(requests.arguments())) {
                    boolean isRight = login.logIn(requests.arguments());
                    peer.consume(consumed);
                    return isRight ? loggedIn() : refuse(RefusalCode.WRONGPASS);
                }
                if (login.refusal() != null) {
                    return refuse(login.refusal());
                }
                HandshakeRequest request = null;
                try {
                    request = HandshakeRequest.parse(requests.arguments());
                } catch (HandshakeException e) {
                    refuse(e.code(), e.getMessage());
                }
                if (request != null) {
                    peer.consume(consumed);
                    answer(request);
                }
                break;
            default:
                refuse(RefusalCode.ERR, requests.error());
        }
        return false;
    }

    private boolean loggedIn() throws IOException {
        HandshakeReply.loggedIn().encode(peer.output());
        peer.flush();
        if (peer.isBlocked()) {
            close("it logs in again and again, and does not read");
        }
        return true;
    }

    private boolean refuse(RefusalCode code) throws IOException {
        refuse(code, ReplicaLogin.reason(code));
        return false;
    }

    private void answer(HandshakeRequest request) throws IOException {
        id = request.replicaId();
        clientPort = request.port();
        client.name(id);
        client.user(login.user());
        try {
            answer(replication.judge(request), request);
        } catch (BacklogException e) {
            // where it can't be read is known now: when the replica asks again, it is sent a snapshot
            LOG.error("shard {}: replica {} at {} can't be fed: {}", shard.id(), id, address, e.getMessage());
            refuse(RefusalCode.LOADING, e.getMessage());
        }
    }

    private void answer(HandshakeJudge.Verdict verdict, HandshakeRequest request) throws IOException {
        if (verdict.answer() != HandshakeJudge.Answer.REFUSE) {
            if (replication.isFull()) {
                refuse(RefusalCode.LOADING, "this node has as many replicas as it may");
                return;
            }
            peer.attach();
        }
        switch (verdict.answer()) {
            case STREAM:
                stream(verdict.after(), request);
                break;
            case SNAPSHOT:
                ship(request);
                break;
            case REWIND:
                beginRewind(verdict);
                break;
            default:
                refuse(verdict.code(), verdict.reason());
        }
    }

    private void stream(long after, HandshakeRequest request) throws IOException {
        boolean isWhole = after == QueueIndex.NONE;
        feed = new LogFeed(shard, isWhole ? shard.backlog().firstIndex() : after, isWhole);
        long next = isWhole ? feed.index() : after + 1;
        HandshakeReply.stream(shard.history().current().id(), next).encode(peer.output());
        appliedIndex = after;
        replication.countPartialSync();
        LOG.info(
                "shard {}: replica {} at {} attached, streaming from {}",
                shard.id(),
                id,
                address,
                QueueIndex.toString(next));
        transitionTo(SessionState.STREAMING);
        replication.onSynced(this);
        replication.onAttached(this);
        ping();
    }

    private void ship(HandshakeRequest request) throws IOException {
        shipment = Shipment.begin(shard, request, replication.isPrimary());
        if (shipment == null) {
            refuse(RefusalCode.LOADING, "no snapshot can be written now; try again");
            return;
        }
        feed = new LogFeed(shard, shipment.beginIndex(), true);
        shipment.announce(peer);
        replication.onShipping(this, shipment);
        LOG.info(
                "shard {}: full sync of replica {} at {} {} with snapshot {} from byte {}",
                shard.id(),
                id,
                address,
                shipment.isResumed() ? "goes on" : "begins",
                shipment.id(),
                shipment.resumedFrom());
        isSyncing = true;
        transitionTo(SessionState.SNAPSHOT_SHIPPING);
        replication.onAttached(this);
    }

    private void beginRewind(HandshakeJudge.Verdict verdict) throws IOException {
        boolean isHeld = shard.backlog().serves(verdict.after());
        feed = isHeld ? new LogFeed(shard, verdict.after(), false) : null;
        HandshakeReply.rewind(verdict.history(), verdict.after(), verdict.chain(), isHeld)
                .encode(peer.output());
        peer.flush();
        LOG.info(
                "shard {}: replica {} at {} has records of its own after {} and rewinds",
                shard.id(),
                id,
                address,
                QueueIndex.toString(verdict.after()));
        if (!isHeld) {
            close("it has to save them and ask again");
            return;
        }
        rewind = new OutgoingRewind(shard);
        transitionTo(SessionState.REWINDING);
        replication.onAttached(this);
    }

    private void onFetch() {
        if (state != SessionState.REWINDING) {
            close("it sent a FETCH while " + state);
            return;
        }
        String problem = rewind.fetch(frames.bodyAddress(), frames.bodyLength());
        if (problem != null) {
            close("it sent " + problem);
        } else if (frames.bodyLength() == 0) {
            appliedIndex = feed.index();
            replication.countPartialSync();
            transitionTo(SessionState.STREAMING);
        }
    }

    private void refuse(RefusalCode code, String reason) throws IOException {
        replication.countRefused();
        HandshakeReply.refused(code, reason).encode(peer.output());
        peer.flush();
        close("refused: " + code + " " + reason);
    }

    private void readFrames() {
        int at = 0;
        while (!isClosed()) {
            FrameDecoder.Outcome outcome = frames.decode(peer.address() + at, peer.received() - at);
            if (outcome == FrameDecoder.Outcome.NEED_MORE) {
                break;
            }
            if (outcome == FrameDecoder.Outcome.FRAME) {
                onFrame();
                at += frames.consumed();
            } else {
                close("it sent " + frames.problem());
            }
        }
        if (!isClosed()) {
            peer.consume(at);
            answerProbe();
        }
    }

    /** Only the last one of a batch, and none while much waits: a peer that asks and does not read gets no more of them. */
    private void answerProbe() {
        if (isProbed && peer.pending() < FrameLayout.MAX_CHUNK) {
            peer.frames().probed(shard.backlog().lastIndex(), probe, replication.relayedAgeMicros());
        }
        isProbed = false;
    }

    private void onFrame() {
        switch (frames.type()) {
            case FrameLayout.ACK:
                onAck();
                break;
            case FrameLayout.FETCH:
                onFetch();
                break;
            case FrameLayout.PROBE:
                isProbed = true;
                probe = frames.argument();
                break;
            case FrameLayout.ERROR:
                close("it gave up: " + frames.bodyAscii());
                break;
            default:
                close("it sent a frame of type " + FrameLayout.typeName(frames.type()));
        }
    }

    /** What was not sent can't have been applied, and a replica with another chain at our last record went astray. */
    private void onAck() {
        long applied = frames.argument();
        long durable = frames.bodyLong(FrameLayout.ACK_DURABLE_OFFSET);
        long sent = feed == null ? QueueIndex.NONE : feed.index();
        if (applied < QueueIndex.NONE || durable < QueueIndex.NONE || Math.max(applied, durable) > sent) {
            close("it sent an ACK of " + QueueIndex.toString(applied) + ", durable to " + QueueIndex.toString(durable)
                    + ", and was sent up to " + QueueIndex.toString(sent));
            return;
        }
        boolean isAtEnd =
                applied != QueueIndex.NONE && applied == shard.backlog().lastIndex();
        if (isAtEnd
                && frames.bodyLong(FrameLayout.ACK_CHAIN_OFFSET)
                        != shard.backlog().lastChain()) {
            close("its chain at " + QueueIndex.toString(applied) + " is another than here");
            return;
        }
        appliedIndex = applied;
        durableIndex = durable;
        if (isSyncing && appliedIndex != QueueIndex.NONE) {
            isSyncing = false;
            replication.onSynced(this);
        }
        lag.acknowledged(appliedIndex, shard.clock().steadyMicros());
        replication.onAck();
    }

    /** Puts out what there is for the replica, within the budget; returns how many bytes. */
    int pump(int budget, int outputLimit) throws IOException {
        if (state == SessionState.HANDSHAKE || isClosed()) {
            return 0;
        }
        int filled = peer.pending() >= highWater(outputLimit) ? 0 : fill(budget, highWater(outputLimit));
        int sent = peer.pending() > 0 ? peer.flush() : 0;
        return filled + sent;
    }

    /** Bytes waiting at which no more is put out. A snapshot can be read again any time, so little of it is put aside. */
    private int highWater(int outputLimit) {
        return isShipping() ? Math.min(MOST_SHIPPED_AHEAD, outputLimit / 2) : outputLimit / 2;
    }

    private int fill(int budget, int highWater) throws IOException {
        if (state == SessionState.SNAPSHOT_SHIPPING) {
            return fillFromSnapshot(budget);
        }
        if (state == SessionState.REWINDING) {
            return rewind.fill(peer.frames(), budget);
        }
        return fillFromLog(budget, highWater);
    }

    private int fillFromLog(int budget, int highWater) throws IOException {
        try {
            return feed.fill(peer, lag, budget, highWater);
        } catch (BacklogException e) {
            LOG.error("shard {}: replica {} at {} can't be fed: {}", shard.id(), id, address, e.getMessage());
            giveUp(e.getMessage());
            return 0;
        }
    }

    private void giveUp(String reason) throws IOException {
        peer.frames().error(reason);
        peer.flush();
        close(reason);
    }

    private int fillFromSnapshot(int budget) throws IOException {
        String failure = shipment.failure();
        if (failure != null) {
            giveUp("the snapshot failed: " + failure);
            return 0;
        }
        int filled;
        int before = peer.output().position();
        try {
            filled = shipment.fill(peer, budget, replication.snapshotRate());
        } catch (IOException e) {
            peer.output().truncate(before);
            giveUp("the snapshot failed: " + e.getMessage());
            return 0;
        }
        if (shipment.end(peer)) {
            shipment.close();
            shipment = null;
            transitionTo(SessionState.STREAMING);
            ping();
        }
        return filled;
    }

    private void ping() {
        peer.frames()
                .ping(
                        shard.backlog().lastIndex(),
                        shard.clock().micros(),
                        shard.backlog().denseCount());
    }

    /** Sends a heartbeat, and cuts a replica that stalls or is silent. */
    void onSecond(int outputLimit) {
        long now = shard.clock().steadyMillis();
        forceAskedAt = QueueIndex.NONE;
        if (peer.sentBytes() != sentAtProgress || peer.pending() == 0) {
            sentAtProgress = peer.sentBytes();
            lastProgressMillis = now;
        }
        if (peer.pending() >= highWater(outputLimit) && now - lastProgressMillis >= STALL_MILLIS) {
            replication.countOutputLimitClosed();
            close("it took nothing for " + (now - lastProgressMillis) + " ms while " + peer.pending()
                    + " bytes were waiting");
        } else if (isAttached() && now - lastHeardMillis >= SILENCE_MILLIS) {
            close("nothing was heard of it for " + (now - lastHeardMillis) + " ms");
        } else if (!isAttached() && now - acceptedMillis >= HANDSHAKE_MILLIS) {
            close("it did not say who it is within " + (now - acceptedMillis) + " ms");
        } else if (isAttached() && peer.pending() < outputLimit / 2) {
            ping();
        }
    }

    private void transitionTo(SessionState next) {
        if (!state.maySucceed(next)) {
            throw new IllegalStateException("replica session: " + state + " to " + next);
        }
        state = next;
    }

    ReplicaInfo info() {
        long now = shard.clock().steadyMillis();
        boolean isHeld = shard.backlog().contains(appliedIndex);
        return new ReplicaInfo(
                id,
                address,
                clientPort,
                redisState(),
                appliedIndex,
                isHeld ? shard.backlog().denseCount(appliedIndex) : 0,
                Math.max(0, now - lastHeardMillis),
                lag.micros(shard.clock().steadyMicros()),
                peer.pending(),
                shipment == null ? null : shipment.progress());
    }

    ReplicaPlace place(long secondsToFullSync) {
        long micros = shard.clock().steadyMicros();
        return new ReplicaPlace(
                id,
                address,
                clientPort,
                redisState(),
                appliedIndex,
                lag.micros(micros),
                lag.summary(micros / 1_000),
                -1,
                secondsToFullSync);
    }

    /** The oldest index of the log that this session still reads or whose receipt it waits for; Long.MAX_VALUE for none. */
    long neededFrom() {
        long read = feed == null || feed.index() == QueueIndex.NONE ? Long.MAX_VALUE : feed.index();
        return appliedIndex == QueueIndex.NONE ? read : Math.min(read, appliedIndex);
    }

    String address() {
        return address;
    }

    int clientPort() {
        return clientPort;
    }

    private String redisState() {
        switch (state) {
            case HANDSHAKE:
                return "wait_bgsave";
            case SNAPSHOT_SHIPPING:
                return "send_bulk";
            default:
                return "online";
        }
    }

    /** Whether it is being sent a snapshot. */
    boolean isShipping() {
        return state == SessionState.SNAPSHOT_SHIPPING;
    }

    /** Whether the replica is one by now, and not just a connection. */
    boolean isAttached() {
        return state != SessionState.HANDSHAKE && state != SessionState.CLOSED;
    }

    @Override
    public ClientInfo client() {
        return isAttached() ? client : null;
    }

    @Override
    public long pendingBytes() {
        return peer.pending();
    }

    @Override
    public void kill() {
        close("a client has killed the connection");
    }

    void close(String reason) {
        if (isClosed()) {
            return;
        }
        if (isAttached() || faults.mayTell(shard.clock().steadyMillis())) {
            LOG.info("shard {}: replica {} at {} detached: {}", shard.id(), id, address, reason);
        }
        transitionTo(SessionState.CLOSED);
        if (shipment != null) {
            shipment.close();
        }
        if (feed != null) {
            feed.close();
        }
        if (rewind != null) {
            rewind.close();
        }
        peer.close();
        replication.onClosed(this);
    }

    @Override
    public void onFailure(Throwable cause) {
        close(String.valueOf(cause.getMessage()));
    }
}
