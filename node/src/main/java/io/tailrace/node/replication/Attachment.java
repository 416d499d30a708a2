package io.tailrace.node.replication;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.rewind.EntrySender;
import io.tailrace.node.shard.Shard;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the request of one replica, and lets its session enter the state that follows. On the shard's reactor thread.
 *
 * <p>What is opened for it are files, so each is opened in a cycle of its own, which is what the state OPENING is for:
 *
 * <pre>
 *  answer        cycle of the request   the next one       and the next ones
 *  STREAM, LOG   attach                 open the log       answer
 *  REWIND        attach                 open the log       answer
 *  SNAPSHOT      attach                 find a snapshot    open it, open the log, answer
 *  others        answer
 * </pre>
 * */
final class Attachment implements SessionStage {
    /** What one cycle does. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Attachment.class);

    private final ReplicaSession session;
    private final SessionHost host;
    private final HandshakeRequest request;
    private final Shard shard;
    private final PeerChannel peer;
    private final Deque<Step> steps = new ArrayDeque<>();
    private Backlog evaluated;
    private long from = QueueIndex.NONE;
    private SnapshotFile finished;
    private SnapshotSender snapshot;
    private RecordSender records;

    Attachment(ReplicaSession session, SessionHost host, HandshakeRequest request) {
        this.session = session;
        this.host = host;
        this.request = request;
        shard = host.shard();
        peer = session.peer();
    }

    void answer(Decision decision) throws IOException {
        switch (decision.answer()) {
            case REFUSE:
                refuse(decision);
                break;
            case COPY:
                offerCopy(decision.shared());
                break;
            default:
                attach(decision);
        }
    }

    private void refuse(Decision decision) throws IOException {
        host.refusals()
                .refused(request, session.address(), decision, shard.clock().steadyMs());
        InetSocketAddress local = (InetSocketAddress) peer.channel().getLocalAddress();
        HostPort here = new HostPort(local.getAddress().getHostAddress(), host.clientPort());
        session.refuse(decision.code(), decision.reason(), RefusalAdvice.toReplica(decision.code(), here));
    }

    /** The replica has to consent to a copy, and to save what it has of its own before. */
    private void offerCopy(HistoryPosition shared) throws IOException {
        HandshakeReply.copy(shared, HandshakeEvaluator.end(shard)).encode(peer.output());
        peer.flush();
        LOG.info(
                "shard={} replica={} address={}: needs a full sync: it saves its own writes and reconnects",
                shard.id(),
                session.id(),
                session.address());
        session.close("it asks again");
    }

    private void attach(Decision decision) throws IOException {
        if (host.isFull()) {
            session.refuse(RefusalCode.LOADING, "this node has as many replicas as it may");
            return;
        }
        host.refusals().accepted(session.id());
        peer.attach();
        evaluated = shard.backlog();
        // the rest of this cycle
        steps.add(() -> {});
        switch (decision.answer()) {
            case LOG:
                read(shard.backlog().firstIndex(), true);
                steps.add(() -> reply(this::sendLog));
                break;
            case SNAPSHOT:
                steps.add(this::findSnapshot);
                steps.add(this::openSnapshot);
                steps.add(() -> records = new RecordSender(shard, from, true));
                steps.add(() -> reply(this::sendSnapshot));
                break;
            case REWIND:
                read(decision.shared().index(), false);
                steps.add(() -> reply(() -> rewind(decision.shared())));
                break;
            default:
                read(decision.after(), false);
                steps.add(() -> reply(() -> resume(decision.after())));
        }
        session.enter(this, "it is answered");
    }

    private void read(long index, boolean isFirst) {
        from = index;
        steps.add(() -> records = new RecordSender(shard, index, isFirst));
    }

    /** Once the log is open that it was evaluated for, which has only become longer; a rewind or a full sync would have replaced it. */
    private void reply(Step how) throws IOException {
        if (shard.backlog() == evaluated) {
            how.run();
        } else {
            session.refuse(RefusalCode.LOADING, "the log of this node was replaced; try again");
        }
    }

    @Override
    public SessionState state() {
        return SessionState.OPENING;
    }

    @Override
    public String redisState() {
        return "wait_bgsave";
    }

    @Override
    public long sentIndex() {
        return from;
    }

    @Override
    public int fill(int budget, int highWater) throws IOException {
        try {
            steps.remove().run();
        } catch (BacklogException e) {
            session.unreadable(e);
        }
        return 1;
    }

    @Override
    public void end() {
        if (snapshot != null) {
            snapshot.close();
        }
        if (records != null) {
            records.close();
        }
    }

    private void resume(long after) {
        HandshakeReply.stream(after + 1, HandshakeEvaluator.end(shard)).encode(peer.output());
        session.acks().startAt(after);
        host.counters().countGrantedPartial();
        stream(after + 1, "it resumes at its own last record");
    }

    private void sendLog() {
        HandshakeReply.log(records.index(), HandshakeEvaluator.end(shard)).encode(peer.output());
        if (request.log().isEmpty()) {
            host.counters().countGrantedPartial();
        } else {
            host.counters().countGrantedFull(false, true);
        }
        stream(records.index(), "it is sent the whole log");
    }

    private void stream(long next, String reason) {
        attached("streaming from", next);
        session.stream(records, reason);
        host.onSynced(session);
        host.onAttached(session);
    }

    private void attached(String how, long index) {
        LOG.info(
                "shard={} replica={} address={}: attached, {} {}",
                shard.id(),
                session.id(),
                session.address(),
                how,
                QueueIndex.toString(index));
    }

    private void findSnapshot() throws IOException {
        finished = SnapshotSource.finished(
                shard.snapshots(),
                request.part() == null ? null : request.part().id());
    }

    private void openSnapshot() throws IOException {
        snapshot = SnapshotSender.begin(shard, finished, request.part(), host.ownsLog());
        if (snapshot == null) {
            session.refuse(RefusalCode.LOADING, "no snapshot can be written now; try again");
        } else {
            from = snapshot.beginIndex();
        }
    }

    private void sendSnapshot() {
        snapshot.announce(peer, HandshakeEvaluator.end(shard));
        host.counters().countGrantedFull(snapshot.isResumed(), !request.log().isEmpty());
        host.onSending(session, snapshot);
        LOG.info(
                "shard={} replica={} address={}: full sync {} with snapshot {} from byte {}",
                shard.id(),
                session.id(),
                session.address(),
                snapshot.isResumed() ? "resumes" : "begins",
                snapshot.id(),
                snapshot.resumedFrom());
        session.send(snapshot, records);
        host.onAttached(session);
    }

    private void rewind(HistoryPosition shared) throws IOException {
        HandshakeReply.rewind(shared, HandshakeEvaluator.end(shard)).encode(peer.output());
        peer.flush();
        attached("with records of its own after", shared.index());
        session.enter(new RewindingStage(session, new EntrySender(shard), records), "it has records of its own");
        host.onAttached(session);
    }
}
