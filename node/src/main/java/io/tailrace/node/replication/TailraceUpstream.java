package io.tailrace.node.replication;

import io.tailrace.node.security.Credentials;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/** Tailrace's own protocol, as the module wire specifies it. Owned by the shard's reactor thread. */
final class TailraceUpstream implements UpstreamProtocol {
    private final FrameDecoder frames;
    private final RecordView record = new RecordView();
    private boolean isLoggingIn;
    private boolean isAnswered;

    TailraceUpstream(int maxRecordLength) {
        frames = new FrameDecoder(maxRecordLength);
    }

    @Override
    public void request(PeerChannel out, Credentials credentials, HandshakeRequest request) {
        isLoggingIn = credentials != null;
        if (isLoggingIn) {
            out.output().raw(credentials.request());
        }
        request.encode(out.output());
    }

    @Override
    public int take(long address, int length, Events events) throws IOException {
        return isAnswered ? takeFrame(address, length, events) : takeReply(address, length, events);
    }

    private int takeReply(long address, int length, Events events) throws IOException {
        int lineLength = HandshakeReply.lineLength(address, length);
        if (lineLength == 0) {
            return 0;
        }
        HandshakeReply reply = HandshakeReply.parse(address, lineLength);
        if (reply.kind() != HandshakeReply.Kind.LOGGED_IN) {
            isAnswered = true;
            events.onReply(reply);
        } else if (isLoggingIn) {
            isLoggingIn = false;
        } else {
            throw new IllegalArgumentException("an unexpected reply to a login");
        }
        return lineLength;
    }

    private int takeFrame(long address, int length, Events events) throws IOException {
        switch (frames.decode(address, length)) {
            case FRAME:
                int consumed = frames.consumed();
                dispatch(events);
                return consumed;
            case MALFORMED:
                throw new IllegalArgumentException(frames.problem());
            default:
                return 0;
        }
    }

    private void dispatch(Events events) throws IOException {
        switch (frames.type()) {
            case FrameLayout.RECORD:
                record.wrap(frames.bodyAddress(), frames.bodyLength());
                events.onRecord(frames.argument(), record);
                break;
            case FrameLayout.PING:
                events.onPing(frames.bodyLong(FrameLayout.PING_RECORD_COUNT_OFFSET));
                break;
            case FrameLayout.FORCE:
                events.onSyncRequested();
                break;
            case FrameLayout.PROBED:
                events.onProbed(
                        frames.bodyLong(FrameLayout.PROBED_ECHO_OFFSET),
                        frames.argument(),
                        frames.bodyLong(FrameLayout.PROBED_AGE_OFFSET));
                break;
            case FrameLayout.ERROR:
                events.onError(frames.bodyAscii());
                break;
            default:
                events.onResyncFrame(frames);
        }
    }

    @Override
    public void acknowledge(PeerChannel out, long applied, long durable, long chain, long commitMicros) {
        out.frames().ack(applied, applied, durable, chain, commitMicros);
    }

    @Override
    public void waiting(PeerChannel out, long index, int shard) {
        out.frames().waiting(index, shard);
    }

    @Override
    public void probe(PeerChannel out, long echo) {
        out.frames().probe(echo);
    }
}
