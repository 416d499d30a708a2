package io.tailrace.node.replication;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the request of one replica, and lets its session enter the state that follows. On the shard's reactor thread. */
final class Attachment {
    private static final Logger LOG = LoggerFactory.getLogger(Attachment.class);

    private final ReplicaSession session;
    private final SessionHost host;
    private final HandshakeRequest request;
    private final Shard shard;
    private final PeerChannel peer;

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
        HandshakeReply.copy(shared, end()).encode(peer.output());
        peer.flush();
        LOG.info(
                "shard={} replica={} address={}: needs a full sync: it saves its own writes and reconnects",
                shard.id(),
                session.id(),
                session.address());
        session.close("it asks again");
    }

    private HistoryPosition end() {
        return HandshakeEvaluator.end(shard);
    }

    private void attach(Decision decision) throws IOException {
        if (host.isFull()) {
            session.refuse(RefusalCode.LOADING, "this node has as many replicas as it may");
            return;
        }
        host.refusals().accepted(session.id());
        peer.attach();
        switch (decision.answer()) {
            case LOG:
                sendLog();
                break;
            case SNAPSHOT:
                sendSnapshot();
                break;
            case REWIND:
                rewind(decision.shared());
                break;
            default:
                resume(decision.after());
        }
    }

    private void resume(long after) {
        RecordSender records = new RecordSender(shard, after, false);
        HandshakeReply.stream(after + 1, end()).encode(peer.output());
        session.acks().startAt(after);
        host.counters().countGrantedPartial();
        stream(records, after + 1, "it resumes at its own last record");
    }

    private void sendLog() {
        RecordSender records = new RecordSender(shard, shard.backlog().firstIndex(), true);
        HandshakeReply.log(records.index(), end()).encode(peer.output());
        if (request.log().isEmpty()) {
            host.counters().countGrantedPartial();
        } else {
            host.counters().countGrantedFull(false, true);
        }
        stream(records, records.index(), "it is sent the whole log");
    }

    private void stream(RecordSender records, long from, String reason) {
        attached("streaming from", from);
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

    private void sendSnapshot() throws IOException {
        SnapshotSender snapshot = SnapshotSender.begin(shard, request.part(), host.ownsLog());
        if (snapshot == null) {
            session.refuse(RefusalCode.LOADING, "no snapshot can be written now; try again");
            return;
        }
        RecordSender records;
        try {
            records = new RecordSender(shard, snapshot.beginIndex(), true);
        } catch (BacklogException e) {
            snapshot.close();
            throw e;
        }
        snapshot.announce(peer, end());
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
        RecordSender records = new RecordSender(shard, shared.index(), false);
        HandshakeReply.rewind(shared, end()).encode(peer.output());
        peer.flush();
        attached("with records of its own after", shared.index());
        session.rewind(records);
        host.onAttached(session);
    }
}
