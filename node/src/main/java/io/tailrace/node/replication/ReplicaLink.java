package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.StateMachine;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The replica's side of one shard: finds the primary, says what it holds, takes what it is sent, acknowledges, and begins
 * again after any fault. Owned by the shard's reactor thread.
 *
 * <pre>
 *  LOCATING -> CONNECTING -> HANDSHAKE -> STREAMING
 *                                 \-> RESYNCING -> STREAMING
 *                                 \-> SAVING -> BACKOFF
 *  any of them, after a fault -> BACKOFF -> LOCATING
 * </pre>
 *
 * <p>What a state does and has is its {@link LinkStage}; here is what outlives one: which primary, what this node consented to
 * give up for a copy, whether reads show a state that existed, and what went wrong.
 *
 * <p>A record whose chain does not continue ours is never applied: the link stops there and says both values.
 */
final class ReplicaLink implements PrimaryConnection.Listener, CascadingReplica.UpstreamLink {
    /** A primary that has not taken that many bytes yet is told no more until it has. */
    static final int MAX_PENDING = 64 << 10;

    private final LinkHost host;
    private final Shard shard;
    private final HostPort primary;
    private final LinkProgress progress;
    private final LinkConsent consent;
    private final LinkProblems problems;
    private final LinkBackoff backoff = new LinkBackoff();
    private final StateMachine<LinkState> machine;
    private LinkStage stage;
    private boolean hasData;
    private long stateSinceSteadyMs;
    private String primaryId;

    /** @param order to give this shard's data up for what the primary has, or null */
    ReplicaLink(LinkHost host, HostPort primary, ForceOrder order) {
        this.host = host;
        this.shard = host.shard();
        this.primary = primary;
        consent = new LinkConsent(host.shard(), order);
        problems = new LinkProblems(shard.id(), primary);
        hasData = !shard.isBlank();
        progress = new LinkProgress(shard.clock());
        machine = new StateMachine<>("link-" + shard.id(), LinkState.LOCATING);
        stage = new LocatingStage(this, host);
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
        return machine.is(LinkState.STREAMING) && hasData();
    }

    /** Whether reads show a state that existed, and not one that is just being built. */
    boolean hasData() {
        return hasData && !shard.backlog().parts().isAhead();
    }

    boolean isSyncing() {
        return machine.is(LinkState.RESYNCING);
    }

    /** The states it went through lately, for tests. */
    StateMachine<LinkState> machine() {
        return machine;
    }

    long stateSinceSteadyMs() {
        return stateSinceSteadyMs;
    }

    LinkHost host() {
        return host;
    }

    /** For how long nothing was heard from the primary in this state. */
    long silentMs(long nowSteadyMs) {
        return nowSteadyMs - Math.max(progress.lastHeardSteadyMs(), stateSinceSteadyMs);
    }

    /** What this node gives its data up for. */
    LinkConsent consent() {
        return consent;
    }

    void start() {
        begin((LocatingStage) stage);
    }

    private void begin(LocatingStage locating) {
        stage = locating;
        stateSinceSteadyMs = nowSteadyMs();
        locating.begin();
    }

    private long nowSteadyMs() {
        return shard.clock().steadyMs();
    }

    private void enter(LinkStage next, String reason) {
        machine.to(next.state(), reason);
        stage = next;
        stateSinceSteadyMs = nowSteadyMs();
    }

    /** BACKOFF: the next attempt. */
    void locate() {
        LocatingStage locating = new LocatingStage(this, host);
        machine.to(LinkState.LOCATING, "the next attempt");
        begin(locating);
    }

    /** LOCATING: the primary has said where it replicates, or there is no answer. */
    void located(PrimaryLocator.Location location) {
        primaryId = location.nodeId() == null ? primaryId : location.nodeId();
        String why = location.refusal(primary, shard.settings().shardCount(), host.nodeId());
        if (location.isRefused()) {
            refused(location.problem());
        } else if (location.problem() != null) {
            fail(location.problem());
        } else if (why != null) {
            refused(why);
        } else {
            try {
                connect(location.address());
            } catch (IOException | IllegalArgumentException e) {
                fail("can't connect to " + location.address() + " for shard " + shard.id() + ": " + e.getMessage());
            }
        }
    }

    private void connect(InetSocketAddress first) throws IOException {
        InetSocketAddress address = new InetSocketAddress(first.getAddress(), first.getPort() + shard.id());
        PrimaryConnection connection = new PrimaryConnection(
                host.reactor().sockets().openSocketChannel(),
                host.security().replicationTls(),
                new TailraceUpstream(shard.settings().backlog().maxRecordBytes()),
                this);
        enter(new ConnectingStage(this, connection), "it replicates at " + address);
        connection.connect(host.reactor(), address);
    }

    @Override
    public void onConnected() throws IOException {
        HandshakeStage asking = new HandshakeStage(this, host, ((ConnectingStage) stage).connection());
        enter(asking, "connected");
        asking.begin();
    }

    /** HANDSHAKE: records follow. */
    void stream(PrimaryConnection connection, HandshakeReply reply) throws IOException {
        consent.notNeeded();
        follow(connection, reply, "the primary sends records from there");
    }

    private void follow(PrimaryConnection connection, HandshakeReply reply, String reason) throws IOException {
        attached();
        backoff.streaming();
        problems.streaming();
        consent.carriedOut();
        StreamStage streaming = new StreamStage(this, host, connection, reply, progress);
        enter(streaming, reason);
        streaming.doWork();
    }

    private void attached() {
        problems.attached();
        backoff.attached();
    }

    /** HANDSHAKE: new data follows. */
    void resync(PrimaryConnection connection, HandshakeReply reply, Resync resync) {
        attached();
        host.began(resync);
        enter(new ResyncStage(this, connection, reply, resync), "the primary sends new data");
    }

    /** RESYNCING: the new data has taken over. */
    void resynced(PrimaryConnection connection, HandshakeReply reply) throws IOException {
        tookOver();
        follow(connection, reply, "the new data has taken over");
    }

    /** New data has taken over. */
    void tookOver() {
        host.staleness().forget();
        hasData = true;
        consent.used(host.counters());
    }

    /** HANDSHAKE: only a copy brings this node to the primary's log. */
    void save(HandshakeReply reply, boolean isAny) {
        stage.end();
        try {
            enter(new SavingStage(this, host, reply, isAny ? consent.order() : null), "only a copy would do");
        } catch (IOException e) {
            refused(String.valueOf(e.getMessage()));
        }
    }

    /** SAVING, or RESYNCING by a rewind that found nothing to build on: the writes that will go are saved. */
    void consentTo(CopyGrant given) {
        consent.grant(given);
        backOff(
                backoff.afterFault(false),
                "this node consents to a copy of history " + given.to().history());
    }

    /** STREAMING: what the primary had when it began to send is here. */
    void gotData() {
        hasData = true;
    }

    @Override
    public boolean isAttached() {
        return machine.is(LinkState.STREAMING) || isSyncing();
    }

    @Override
    public void onHeard(int bytes) {
        host.counters().countReceived(bytes);
        progress.heard(nowSteadyMs());
    }

    @Override
    public void onReply(HandshakeReply reply) throws IOException {
        failUnlessNull(stage.onReply(reply));
    }

    @Override
    public void onRecord(long index, RecordView record) {
        failUnlessNull(stage.onRecord(index, record));
    }

    @Override
    public void onPing(long recordCount) {
        progress.primaryIsAt(recordCount);
        stage.onPing();
    }

    @Override
    public void onProbed(long echo, long lastIndex, long ageMicros) {
        stage.onProbed(echo, lastIndex, ageMicros);
    }

    @Override
    public void onSyncRequested() {
        shard.sharing().forceSoon();
    }

    @Override
    public void onResyncFrame(FrameDecoder frame) throws IOException {
        failUnlessNull(stage.onResyncFrame(frame));
    }

    @Override
    public void onError(String reason) {
        fail("the primary closes: " + reason);
    }

    private void failUnlessNull(String unexpected) {
        if (unexpected != null) {
            fail("the primary sent " + unexpected);
        }
    }

    @Override
    public void onBatchEnd() throws IOException {
        stage.onBatchEnd();
    }

    @Override
    public void onBroken(String reason) {
        fail(reason);
    }

    /** Moves along what does not wait for the primary; returns whether something was done. */
    int doWork() throws IOException {
        return stage.doWork();
    }

    /** Reports progress at least that often, and gives up a primary that is silent. */
    void onSecond() throws IOException {
        String overdue = progress.wasAway() ? null : stage.overdue(nowSteadyMs());
        if (overdue != null) {
            fail(overdue);
        } else {
            stage.onSecond();
        }
    }

    /** The primary has refused this node. */
    void refused(RefusalCode code, String reason) {
        String advice = RefusalAdvice.toReplica(code, primary);
        String text = code + " " + reason + (advice == null ? "" : "; " + advice);
        if (code == RefusalCode.LOADING) {
            problems.notReady(text);
            backOff(backoff.afterFault(false), text);
        } else {
            refused(text, LinkBackoff.REFUSED_MS);
        }
    }

    /** This node can't follow the primary as it is. */
    void refused(String reason) {
        refused(reason, LinkBackoff.REFUSED_MS);
    }

    private void refused(String reason, long waitMs) {
        if (problems.refused(reason)) {
            host.counters().countRefused();
        }
        backOff(waitMs, reason);
    }

    LinkProblems problems() {
        return problems;
    }

    /** The attempt has failed. */
    void fail(String reason) {
        problems.failed(reason, machine.is(LinkState.STREAMING) || isSyncing());
        backOff(backoff.afterFault(!stage.isWorthRetrying()), reason);
    }

    void backOff(long waitMs, String reason) {
        if (machine.is(LinkState.CLOSED)) {
            return;
        }
        host.disconnectReplicas("this node's own link is down");
        leave();
        enter(new BackoffStage(this, host, waitMs), reason);
    }

    private void leave() {
        if (machine.is(LinkState.STREAMING) || isSyncing()) {
            progress.down(nowSteadyMs());
        }
        stage.end();
        host.staleness().disconnected();
    }

    /** A link that streams is up as soon as its data is served, which clients and supervisors take "up" for. */
    LinkInfo info() {
        long now = nowSteadyMs();
        boolean isUp = isStreaming();
        return new LinkInfo(
                stage.shown(),
                isUp,
                isSyncing(),
                hasData(),
                progress.silentMs(now),
                isUp ? 0 : progress.downMs(now),
                progress.lagMicros(),
                progress.lag(now),
                progress.primaryRecordCount(),
                problems.refusal(),
                consent.text(),
                isUp || isSyncing() ? null : problems.failure(),
                stage.progress());
    }

    /** Ends the link for good. */
    void close() {
        if (!machine.is(LinkState.CLOSED)) {
            leave();
            machine.to(LinkState.CLOSED, "this node no longer follows its primary");
        }
    }

    /** A step of the link has failed. */
    void onFailure(Throwable cause) {
        if (!machine.is(LinkState.CLOSED) && !machine.is(LinkState.BACKOFF)) {
            fail(String.valueOf(cause.getMessage()));
        }
    }
}
