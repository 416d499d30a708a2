package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.reactor.PeerConnection;
import io.tailrace.node.security.Credentials;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.EndedHistory;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replica's side of one shard: finds the primary, says where it is, takes what it is sent, acknowledges, and begins
 * again after any fault. Owned by the shard's reactor thread.
 *
 * <pre>
 *  LOCATING -> CONNECTING -> HANDSHAKE -> STREAMING
 *                                 \-> SYNCING -> REDOING -> STREAMING
 *                                 \-> REWINDING -> STREAMING
 *  any of them, after a fault -> BACKOFF -> LOCATING
 * </pre>
 *
 * <p>Acknowledged is what is applied, once for all records of a read. A record whose chain does not continue ours is
 * never applied: the link stops there and says both values.
 */
final class ReplicaLink implements PeerConnection, MiddleNode.Upstream {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaLink.class);

    /** A primary that has so much not taken yet is told no more until it has. */
    private static final int MOST_PENDING = 64 << 10;

    private final ShardReplication replication;
    private final Shard shard;
    private final HostPort primary;
    private final RecordView record = new RecordView();
    private final LinkProgress progress;
    private final LinkBackoff backoff = new LinkBackoff();
    private final LinkRenewal renewal;
    private LinkState state = LinkState.LOCATING;
    private boolean isForced;
    private boolean hasData;
    private long initialTarget = QueueIndex.NONE;
    private PeerChannel peer;
    private ClientInfo client;
    private FrameDecoder frames;
    private long retryAtMillis;
    private long stateSinceMillis;
    private String refusedReason;
    private String primaryId;
    private String lastProblem;
    private boolean isAckDue;
    private boolean isLoggingIn;
    private long ackedDurable = QueueIndex.NONE;

    ReplicaLink(ShardReplication replication, HostPort primary, boolean isForced) {
        this.replication = replication;
        this.shard = replication.shard();
        this.primary = primary;
        this.isForced = isForced;
        renewal = new LinkRenewal(replication, primary);
        hasData = !shard.isBlank();
        progress = new LinkProgress(shard.clock());
    }

    @Override
    public HostPort primary() {
        return primary;
    }

    @Override
    public String primaryId() {
        return primaryId;
    }

    @Override
    public boolean isStreaming() {
        return state == LinkState.STREAMING && hasData;
    }

    /** Whether reads show a state that existed, and not one that is just being built. */
    boolean hasData() {
        return hasData;
    }

    boolean isSyncing() {
        return state == LinkState.SYNCING || state == LinkState.REDOING || state == LinkState.REWINDING;
    }

    void start() {
        stateSinceMillis = shard.clock().steadyMillis();
        locate();
    }

    private void locate() {
        replication
                .locator()
                .ask(primary, replication.security(), location -> replication.execute(() -> located(location)));
    }

    private void located(PrimaryLocator.Location location) {
        if (state != LinkState.LOCATING) {
            return;
        }
        try {
            judge(location);
        } catch (IllegalArgumentException e) {
            fail(primary + " says it replicates where nothing can be: " + e.getMessage());
        }
    }

    private void judge(PrimaryLocator.Location location) {
        primaryId = location.nodeId() == null ? primaryId : location.nodeId();
        String refusal = location.refusal(primary, shard.settings().shardCount(), replication::isOwnNode);
        if (location.isRefused()) {
            refused(location.problem());
        } else if (location.problem() != null) {
            fail(location.problem());
        } else if (refusal != null) {
            refused(refusal);
        } else {
            connect(new InetSocketAddress(
                    location.address().getAddress(), location.address().getPort() + shard.id()));
        }
    }

    private void connect(InetSocketAddress address) {
        try {
            SocketChannel channel = replication.reactor().sockets().openSocketChannel();
            peer = new PeerChannel(channel, replication.security().replicationTls(), false);
            channel.configureBlocking(false);
            boolean isConnected = channel.connect(address);
            transitionTo(LinkState.CONNECTING);
            peer.register(replication.reactor(), SelectionKey.OP_CONNECT, this);
            if (isConnected) {
                connected();
            }
        } catch (IOException e) {
            fail("can't connect to " + address + ": " + e.getMessage());
        }
    }

    private void connected() throws IOException {
        client = replication.reactor().info(ClientInfo.Kind.PRIMARY, peer.channel());
        transitionTo(LinkState.HANDSHAKE);
        peer.interest(SelectionKey.OP_CONNECT, false);
        peer.interest(SelectionKey.OP_READ, true);
        frames = new FrameDecoder(shard.settings().backlog().maxRecordBytes());
        renewal.sync().lookForRest();
        boolean claims = !isForced && !shard.backlog().isEmpty() && !shard.isBlank();
        Credentials credentials = replication.security().credentials();
        isLoggingIn = credentials != null;
        if (isLoggingIn) {
            peer.output().raw(credentials.request());
        }
        new HandshakeRequest(
                        shard.id(),
                        shard.settings().shardCount(),
                        replication.nodeId(),
                        replication.clientPort(),
                        claims ? shard.backlog().newestOpening().history() : null,
                        claims ? shard.backlog().lastIndex() : QueueIndex.NONE,
                        claims ? shard.backlog().lastChain() : 0,
                        claims ? shard.history().ended(EndedHistory.MAX_COUNT) : List.of(),
                        renewal.sync().resumableId(),
                        renewal.sync().resumableBytes())
                .encode(peer.output());
        peer.flush();
    }

    @Override
    public void onReady(SelectionKey key) throws IOException {
        if (key.isConnectable() && state == LinkState.CONNECTING) {
            peer.channel().finishConnect();
            connected();
        }
        if (key.isWritable()) {
            peer.flush();
        }
        if (key.isReadable()) {
            onMore();
        }
    }

    @Override
    public void onMore() throws IOException {
        if (peer != null) {
            int count = peer.read();
            if (count < 0) {
                fail("the primary closed the connection");
                return;
            }
            if (count == 0) {
                return;
            }
            progress.heard(shard.clock().steadyMillis());
            client.active("replconf", shard.clock().steadyMillis());
            try {
                take();
            } catch (IllegalArgumentException e) {
                fail("the primary sent what makes no sense: " + e.getMessage());
            }
        }
    }

    private void take() throws IOException {
        if (state == LinkState.HANDSHAKE) {
            int length = HandshakeReply.lineLength(peer.address(), peer.received());
            if (length == 0) {
                return;
            }
            HandshakeReply reply = HandshakeReply.parse(peer.address(), length);
            peer.consume(length);
            if (isLoggingIn && reply.kind() == HandshakeReply.Kind.LOGGED_IN) {
                isLoggingIn = false;
                take();
                return;
            }
            onReply(reply);
        }
        int at = 0;
        PeerChannel now = peer;
        while (isTaking() && peer == now) {
            FrameDecoder.Outcome outcome = frames.decode(peer.address() + at, peer.received() - at);
            if (outcome == FrameDecoder.Outcome.NEED_MORE) {
                break;
            }
            if (outcome == FrameDecoder.Outcome.FRAME) {
                onFrame();
                at += frames.consumed();
            } else {
                fail("the primary sent " + frames.problem());
            }
        }
        if (isTaking() && peer == now) {
            peer.consume(at);
            acknowledge();
        }
    }

    private boolean isTaking() {
        return state == LinkState.STREAMING || isSyncing();
    }

    private void onReply(HandshakeReply reply) throws IOException {
        switch (reply.kind()) {
            case STREAM:
                beginStream(reply);
                break;
            case SNAPSHOT:
                beginRenewal(reply, LinkState.SYNCING);
                break;
            case REWIND:
                beginRenewal(reply, LinkState.REWINDING);
                break;
            case LOGGED_IN:
                fail("the primary answered a log-in that was not asked for");
                break;
            default:
                refused(reply.code() + " " + reply.reason(), reply.code() == RefusalCode.LOADING);
        }
        if (isTaking()) {
            refusedReason = null;
            backoff.attached();
            peer.attach();
        }
    }

    private void beginStream(HandshakeReply reply) throws IOException {
        boolean isFromStart = isForced || shard.isBlank();
        if (isFromStart) {
            replication.discardData();
            hasData = false;
        }
        renewal.sync().notNeeded();
        initialTarget = QueueIndex.NONE;
        replication.countPartialSync();
        forceDone();
        LOG.info("shard {}: following {} from {}", shard.id(), primary, QueueIndex.toString(reply.nextIndex()));
        transitionTo(LinkState.STREAMING);
    }

    private void forceDone() {
        if (isForced) {
            isForced = false;
            replication.forceDone(primary);
        }
    }

    private void beginRenewal(HandshakeReply reply, LinkState next) throws IOException {
        String refusal = renewal.begin(reply);
        if (refusal == null) {
            transitionTo(next);
        } else {
            refused(refusal);
        }
    }

    private void onFrame() throws IOException {
        switch (frames.type()) {
            case FrameLayout.RECORD:
                onRecord();
                break;
            case FrameLayout.PING:
                onPing();
                break;
            case FrameLayout.FORCE:
                shard.forceSoon();
                break;
            case FrameLayout.PROBED:
                onProbed();
                break;
            case FrameLayout.ERROR:
                fail("the primary gave up: " + frames.bodyAscii());
                break;
            default:
                onRenewalFrame();
        }
    }

    private void onRenewalFrame() throws IOException {
        String problem = renewal.frame(state, frames);
        if (problem != null) {
            fail("the primary sent " + problem);
        } else if (frames.type() == FrameLayout.SNAPSHOT_END) {
            transitionTo(LinkState.REDOING);
        }
    }

    private void onRecord() throws IOException {
        if (state == LinkState.SYNCING) {
            fail("the primary sent a RECORD frame while " + state);
            return;
        }
        long index = frames.argument();
        record.wrap(frames.bodyAddress(), frames.bodyLength());
        boolean isFollowing = state == LinkState.STREAMING;
        String problem = isFollowing ? shard.follow(index, record) : renewal.record(state, index, record);
        if (problem != null) {
            LOG.error("shard {}: following {} stopped: {}", shard.id(), primary, problem);
            refused(problem);
            return;
        }
        isAckDue = true;
        progress.applied(record.commitMicros());
        if (state == LinkState.STREAMING && !hasData && index >= initialTarget && initialTarget >= 0) {
            hasData = true;
        }
    }

    private void onPing() {
        progress.primaryIsAt(frames.bodyLong(FrameLayout.PING_DENSE_OFFSET));
        isAckDue = true;
        if (state == LinkState.STREAMING && !hasData) {
            initialTarget = initialTarget < 0 ? frames.argument() : initialTarget;
            hasData = shard.backlog().lastIndex() >= initialTarget;
        }
    }

    private void onProbed() {
        if (state == LinkState.STREAMING) {
            replication
                    .freshness()
                    .answered(
                            frames.bodyLong(FrameLayout.PROBED_ECHO_OFFSET),
                            frames.argument(),
                            frames.bodyLong(FrameLayout.PROBED_AGE_OFFSET),
                            shard.backlog().lastIndex());
        }
    }

    /** Moves along what does not wait for the primary; returns whether something was done. */
    int doWork() throws IOException {
        switch (state) {
            case SYNCING:
            case REDOING:
            case REWINDING:
                return pollRenewal();
            case BACKOFF:
                if (renewal.isSaving()) {
                    return pollSaving();
                }
                if (shard.clock().steadyMillis() >= retryAtMillis) {
                    transitionTo(LinkState.LOCATING);
                    locate();
                    return 1;
                }
                return 0;
            case STREAMING:
                return stream();
            default:
                return 0;
        }
    }

    /** What a replica says by itself: how durable it is, and the question how far the primary is. */
    private int stream() throws IOException {
        boolean isProbeDue =
                peer.pending() < MOST_PENDING && replication.freshness().isProbeDue();
        if (isProbeDue) {
            peer.frames().probe(replication.freshness().probe());
            isAckDue = true;
        }
        isAckDue |= shard.backlog().durableIndex() != ackedDurable;
        acknowledge();
        return isProbeDue ? 1 : 0;
    }

    private int pollRenewal() throws IOException {
        switch (renewal.poll(state, peer.frames())) {
            case WAITING:
                return 0;
            case FAILED:
                fail(renewal.failure(state));
                return 1;
            case NEEDS_FULL_SYNC:
                isForced = true;
                fail("a full sync is needed to take records back");
                return 1;
            case COMPLETE:
                replication.freshness().forget();
                hasData = true;
                forceDone();
                transitionTo(LinkState.STREAMING);
                isAckDue = true;
                acknowledge();
                return 1;
            default:
                peer.flush();
                return 1;
        }
    }

    /** The primary has hung up, and must not be asked again before this node's own writes are saved. */
    private int pollSaving() throws IOException {
        LinkRenewal.Progress progress = renewal.poll(LinkState.REWINDING, null);
        isForced |= progress == LinkRenewal.Progress.NEEDS_FULL_SYNC;
        if (!renewal.isSaving()) {
            renewal.close();
        }
        return progress == LinkRenewal.Progress.WAITING ? 0 : 1;
    }

    /** Reports progress at least so often, and gives up a primary that is silent. */
    void onSecond() throws IOException {
        String overdue = LinkDeadlines.overdue(
                state, shard.clock().steadyMillis(), stateSinceMillis, progress.lastHeardMillis(), primary);
        if (overdue != null) {
            fail(overdue);
        } else if (isTaking()) {
            isAckDue = true;
            acknowledge();
        }
    }

    private void acknowledge() throws IOException {
        boolean takesNothing = peer.pending() >= MOST_PENDING;
        if (!isAckDue || takesNothing) {
            return;
        }
        isAckDue = false;
        ackedDurable = shard.backlog().durableIndex();
        replication.freshness().applied(shard.backlog().lastIndex());
        progress.endOfBatch();
        long last = shard.backlog().lastIndex();
        if (state == LinkState.STREAMING) {
            peer.frames().ack(last, last, ackedDurable, shard.backlog().lastChain(), progress.lastCommitMicros());
        } else {
            renewal.acknowledge(state, peer.frames());
        }
        peer.flush();
    }

    private void refused(String reason) {
        refused(reason, false);
    }

    /** @param isPassing whether it is worth to ask again soon */
    private void refused(String reason, boolean isPassing) {
        if (!reason.equals(refusedReason)) {
            LOG.error("shard {}: {} refuses this node: {}", shard.id(), primary, reason);
            replication.countRefused();
        }
        refusedReason = reason;
        backOff(isPassing ? backoff.afterFault(false) : LinkBackoff.REFUSED_MILLIS);
    }

    @Override
    public ClientInfo client() {
        return isTaking() ? client : null;
    }

    @Override
    public long pendingBytes() {
        return peer.pending();
    }

    @Override
    public void kill() {
        fail("a client has killed the connection");
    }

    private void fail(String problem) {
        if (!problem.equals(lastProblem) || isTaking()) {
            LOG.info("shard {}: link to {} is down: {}", shard.id(), primary, problem);
        }
        lastProblem = problem;
        backOff(backoff.afterFault(isSyncing() && !renewal.sync().isWorthRetrying()));
    }

    private void backOff(long millis) {
        if (state == LinkState.CLOSED) {
            return;
        }
        disconnect();
        replication.onLinkDown();
        retryAtMillis = shard.clock().steadyMillis() + millis;
        transitionTo(LinkState.BACKOFF);
    }

    private void disconnect() {
        if (isTaking()) {
            progress.down(shard.clock().steadyMillis());
        }
        renewal.disconnected();
        replication.freshness().disconnected();
        if (peer != null) {
            peer.close();
            peer = null;
        }
    }

    private void transitionTo(LinkState next) {
        if (!state.maySucceed(next)) {
            throw new IllegalStateException("replica link: " + state + " to " + next);
        }
        if (next == LinkState.STREAMING) {
            backoff.streaming();
            lastProblem = null;
        }
        state = next;
        stateSinceMillis = shard.clock().steadyMillis();
    }

    LinkInfo info() {
        long now = shard.clock().steadyMillis();
        boolean isUp = state == LinkState.STREAMING;
        return new LinkInfo(
                state.name(),
                isUp,
                isSyncing(),
                hasData,
                progress.silentMillis(now),
                isUp ? 0 : progress.downMillis(now),
                progress.lagMicros(),
                progress.lag(now),
                progress.primaryDense(),
                refusedReason,
                renewal.sync().progress());
    }

    /** Ends the link for good. */
    void close() {
        if (state != LinkState.CLOSED) {
            disconnect();
            renewal.close();
            transitionTo(LinkState.CLOSED);
        }
    }

    /** After {@link #close}: waits until nothing of it is under way in the background, at a stop of the node. */
    void await() {
        renewal.await();
    }

    @Override
    public void onFailure(Throwable cause) {
        if (state != LinkState.CLOSED && state != LinkState.BACKOFF) {
            fail(String.valueOf(cause.getMessage()));
        }
    }
}
