package io.tailrace.node.replication;

import io.tailrace.wire.handshake.HandshakeException;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.resp.RequestDecoder;
import java.io.IOException;

/** Waits for the replica's request: an optional AUTH, then the request; both may come in one read. */
final class RequestStage implements SessionStage {
    private final ReplicaSession session;
    private final RequestDecoder requests = new RequestDecoder(HandshakeRequest.limits());
    private final ReplicaLogin login;

    RequestStage(ReplicaSession session, SessionHost host) {
        this.session = session;
        login = new ReplicaLogin(host.users());
    }

    @Override
    public SessionState state() {
        return SessionState.HANDSHAKE;
    }

    @Override
    public String redisState() {
        return "wait_bgsave";
    }

    @Override
    public int fill(int budget, int highWater) {
        return 0;
    }

    /** Takes what has come. */
    void read() throws IOException {
        boolean hasMore = true;
        while (hasMore && !session.isClosed()) {
            hasMore = readOne();
        }
    }

    /** Returns whether it was a login, so that another request follows. */
    private boolean readOne() throws IOException {
        PeerChannel peer = session.peer();
        RequestDecoder.Outcome outcome = requests.decode(peer.address(), peer.received());
        int consumed = requests.consumed();
        switch (outcome) {
            case NEED_MORE:
                // a part that is swallowed belongs to an argument that is too long, too
                if (consumed > 0 || peer.received() >= HandshakeRequest.MAX_LENGTH) {
                    session.refuse(
                            RefusalCode.ERR, "the request is longer than " + HandshakeRequest.MAX_LENGTH + " bytes");
                }
                return false;
            case REQUEST:
                return ReplicaLogin.isOne(requests.arguments()) ? logIn(consumed) : request(consumed);
            default:
                session.refuse(RefusalCode.ERR, requests.error());
                return false;
        }
    }

    private boolean logIn(int consumed) throws IOException {
        boolean isValid = login.logIn(requests.arguments());
        session.peer().consume(consumed);
        if (!isValid) {
            session.refuse(RefusalCode.WRONGPASS, ReplicaLogin.reason(RefusalCode.WRONGPASS));
            return false;
        }
        HandshakeReply.loggedIn().encode(session.peer().output());
        session.peer().flush();
        if (session.peer().isBlocked()) {
            session.close("it logs in again and again, and does not read");
        }
        return true;
    }

    private boolean request(int consumed) throws IOException {
        if (login.refusal() != null) {
            session.refuse(login.refusal(), ReplicaLogin.reason(login.refusal()));
            return false;
        }
        try {
            HandshakeRequest request = HandshakeRequest.parse(requests.arguments());
            session.peer().consume(consumed);
            session.answer(request, login.user());
        } catch (HandshakeException e) {
            session.refuse(e.code(), e.getMessage());
        }
        return false;
    }
}
