package io.tailrace.node.replication;

import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;

/** The frames that a replica sends once its request was answered. On the shard's reactor thread. */
final class ReplicaFrames {
    private final ReplicaSession session;
    private final SessionHost host;
    private final PeerChannel peer;
    private final FrameDecoder frames = new FrameDecoder(FrameLayout.MAX_CHUNK);
    private boolean isProbed;
    private long probe;

    ReplicaFrames(ReplicaSession session, SessionHost host) {
        this.session = session;
        this.host = host;
        peer = session.peer();
    }

    /** Takes what has come, up to the first frame that is not whole. */
    void read() {
        int at = 0;
        while (!session.isClosed()) {
            FrameDecoder.Outcome outcome = frames.decode(peer.address() + at, peer.received() - at);
            if (outcome == FrameDecoder.Outcome.NEED_MORE) {
                break;
            }
            if (outcome == FrameDecoder.Outcome.FRAME) {
                onFrame();
                at += frames.consumed();
            } else {
                session.close("it sent " + frames.problem());
            }
        }
        if (!session.isClosed()) {
            peer.consume(at);
            answerProbe();
        }
    }

    /** Only the last one of a batch, and none while much waits: a peer that asks and does not read gets no more of them. */
    private void answerProbe() {
        if (isProbed && peer.pending() < FrameLayout.MAX_CHUNK) {
            peer.frames().probed(host.shard().backlog().lastIndex(), probe, host.relayedAgeMicros());
        }
        isProbed = false;
    }

    private void onFrame() {
        switch (frames.type()) {
            case FrameLayout.ACK:
                session.onAck(frames);
                break;
            case FrameLayout.FETCH:
            case FrameLayout.FETCH_MEMBERS:
                String unexpected = session.stage().onFetch(frames);
                if (unexpected != null) {
                    session.close("it sent " + unexpected);
                }
                break;
            case FrameLayout.PROBE:
                isProbed = true;
                probe = frames.argument();
                break;
            case FrameLayout.WAITING:
                session.onWaiting();
                break;
            case FrameLayout.ERROR:
                session.close("it closes: " + frames.bodyAscii());
                break;
            default:
                session.close("it sent a frame of type " + FrameLayout.typeName(frames.type()));
        }
    }
}
