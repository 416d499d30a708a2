package io.tailrace.node.replication;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.rewind.TailSave;
import io.tailrace.node.security.Credentials;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.CopyConsent;
import io.tailrace.wire.handshake.EndedHistory;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.HandshakeRequest.ReplicaLog;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what this node holds and what it consents to, and does what the primary answers.
 *
 * <pre>
 *  this node holds   it consents to   answer                  what follows
 *  nothing           -                LOG                     it follows from the first record
 *  nothing           -                SNAPSHOT                a full sync
 *  a log             -                STREAM                  it follows from its own last record
 *  a log             -                SNAPSHOT                a full sync, of a log that its own is part of
 *  a log             -                REWIND, reaches back    its own records are rolled back
 *  a log             -                REWIND, does not        they are saved, then it consents to the primary's log
 *  a log             -                COPY, with shared       the same
 *  a log             ANY              COPY                    the same, once an operator's order is bound to that log
 *  a log             ANY              REWIND, to a record     the same
 *                                     that is another here
 *  a log             one log          LOG, SNAPSHOT           a copy, beside what it holds
 *  a log             -, ANY           LOG                     refused: this node has not consented
 * </pre>
 *
 * <p>It consents to any log when an operator has ordered it, and when its own holds no write.
 */
final class HandshakeStage implements LinkStage {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeStage.class);

    private final ReplicaLink link;
    private final LinkHost host;
    private final Shard shard;
    private final PrimaryConnection connection;
    private ReplicaLog held;
    private CopyConsent consent;

    HandshakeStage(ReplicaLink link, LinkHost host, PrimaryConnection connection) {
        this.link = link;
        this.host = host;
        this.connection = connection;
        shard = host.shard();
    }

    /** Asks. */
    void begin() throws IOException {
        Credentials credentials = host.security().credentials();
        held = held();
        consent = held.isEmpty() ? null : link.consent().requested();
        connection
                .protocol()
                .request(
                        connection.peer(),
                        credentials,
                        new HandshakeRequest(
                                shard.id(),
                                shard.settings().shardCount(),
                                host.nodeId(),
                                host.clientPort(),
                                host.announcedHost(),
                                held,
                                consent,
                                FullSync.findPartial(shard)));
        connection.peer().flush();
    }

    private ReplicaLog held() {
        Backlog backlog = shard.backlog();
        return backlog.isEmpty()
                ? ReplicaLog.EMPTY
                : new ReplicaLog(
                        backlog.newestOpening().history(),
                        backlog.lastIndex(),
                        backlog.lastChain(),
                        shard.history().ended(EndedHistory.MAX_COUNT));
    }

    @Override
    public LinkState state() {
        return LinkState.HANDSHAKE;
    }

    @Override
    public String overdue(long nowSteadyMs) {
        return LinkDeadlines.overdueHandshake(nowSteadyMs - link.stateSinceSteadyMs());
    }

    @Override
    public String onReply(HandshakeReply reply) throws IOException {
        switch (reply.kind()) {
            case STREAM:
                return held.isEmpty() ? "a part of its log to a node that has nothing of it" : stream(reply);
            case LOG:
                return held.isEmpty() ? stream(reply) : copyLog(reply);
            case SNAPSHOT:
                copySnapshot(reply);
                return null;
            case REWIND:
            case COPY:
                return held.isEmpty() ? "a rewind to a node that has no records" : diverged(reply);
            default:
                link.refused(reply.code(), reply.reason());
                return null;
        }
    }

    private String stream(HandshakeReply reply) throws IOException {
        FullSync.discardPartial(shard);
        host.counters().countPartialSync();
        if (!link.problems().isStopped()) {
            LOG.info(
                    "shard={} primary={}: following from {}",
                    shard.id(),
                    link.primary(),
                    QueueIndex.toString(reply.firstIndex()));
        }
        connection.peer().attach();
        link.stream(connection, reply);
        return null;
    }

    private boolean isConsentBound() {
        return consent != null && consent.isBound();
    }

    /** Whether an operator has ordered it to take whatever log the primary has. */
    private boolean isAnyLog() {
        return consent != null && !consent.isBound();
    }

    private String copyLog(HandshakeReply reply) throws IOException {
        if (!isConsentBound()) {
            return "a copy of its log, which this node has not consented to";
        }
        connection.peer().attach();
        link.resync(
                connection,
                reply,
                new LogCopy(host, link.primary(), target(reply), link.consent().keepReplaced()));
        return null;
    }

    private void copySnapshot(HandshakeReply reply) throws IOException {
        connection.peer().attach();
        link.resync(
                connection,
                reply,
                new FullSync(
                        host,
                        link.primary(),
                        reply.snapshot(),
                        target(reply),
                        link.consent().keepReplaced()));
    }

    private CopyTarget target(HandshakeReply reply) {
        HistoryPosition own = held.isEmpty() ? null : HistoryPosition.of(held.history(), held.index(), held.chain());
        return new CopyTarget(reply.own(), own, isConsentBound() ? consent.to() : null);
    }

    /** This node has records that the primary has not, or another log. */
    private String diverged(HandshakeReply reply) throws IOException {
        if (link.consent().isLongerThan(reply.own())) {
            link.refused(
                    RefusalCode.FUTURE,
                    "the log of history " + reply.own().history() + " ended at "
                            + QueueIndex.toString(consent.to().index())
                            + " when this node consented to a copy of it, and ends at "
                            + QueueIndex.toString(reply.own().index()) + " now: records are lost there");
            return null;
        }
        boolean isOld = reply.shared() != null
                && reply.shared().index() < shard.backlog().firstIndex();
        boolean isOther = isAnyLog() && !TailSave.isHeld(shard, reply.shared());
        return reply.kind() == HandshakeReply.Kind.COPY || isOld || isOther ? save(reply) : rewind(reply);
    }

    private String rewind(HandshakeReply reply) throws IOException {
        HistoryPosition shared = reply.shared();
        String where = QueueIndex.toString(shared.index()) + " of history " + shared.history();
        if (!shard.backlog().contains(shared.index())) {
            link.refused("the primary says that both have " + where + ", which this log does not have");
            return null;
        }
        long chain = chainAt(shared.index());
        if (chain != shared.chain()) {
            link.refused("at " + where + " the primary's chain is " + HexText.of(shared.chain()) + ", here it is "
                    + HexText.of(chain));
            return null;
        }
        connection.peer().attach();
        link.resync(connection, reply, new RewindSync(host, link.primary(), reply));
        return null;
    }

    private long chainAt(long index) {
        try (BacklogReader reader = shard.backlog().reader()) {
            return reader.readAt(index).chain();
        }
    }

    private String save(HandshakeReply reply) throws IOException {
        boolean isAny = isAnyLog();
        if (reply.shared() == null && !isAny) {
            return "a copy that shares nothing with this node's log, which no operator has ordered";
        }
        LOG.warn(
                "shard={} primary={}: only a copy of its log, history {} up to {}, brings this node there; {} is saved before",
                shard.id(),
                link.primary(),
                reply.own().history(),
                QueueIndex.toString(reply.own().index()),
                reply.shared() == null
                        ? "all that it holds"
                        : "what it holds after "
                                + QueueIndex.toString(reply.shared().index()));
        link.save(reply, isAny);
        return null;
    }

    @Override
    public void end() {
        connection.close();
    }
}
