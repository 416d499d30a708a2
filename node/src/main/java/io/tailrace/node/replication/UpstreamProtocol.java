package io.tailrace.node.replication;

import io.tailrace.node.security.Credentials;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/**
 * What a replica speaks with its primary over one connection: how a request, what follows it, and acknowledgements look on
 * the wire. Which state a link is in, and what it does, is {@link ReplicaLink}'s. Owned by the shard's reactor thread.
 */
interface UpstreamProtocol {
    /** What a primary says, as it comes. Each may end the connection. */
    interface Events {
        /** The answer to the request. */
        void onReply(HandshakeReply reply) throws IOException;

        void onRecord(long index, RecordView record) throws IOException;

        /** A heartbeat. */
        void onPing(long recordCount);

        /** The answer to a probe. */
        void onProbed(long echo, long lastIndex, long ageMicros);

        /** A client waits for what this node has to be on its disk. */
        void onSyncRequested();

        /** A part of new data. */
        void onResyncFrame(FrameDecoder frame) throws IOException;

        /** The primary closes. */
        void onError(String reason);
    }

    /** Puts out who asks and what it holds. */
    void request(PeerChannel out, Credentials credentials, HandshakeRequest request);

    /**
     * Takes the first message of what has come.
     *
     * @return how many bytes it has, 0 when it is not whole
     * @throws IllegalArgumentException saying what was sent, if it is no message
     */
    int take(long address, int length, Events events) throws IOException;

    /**
     * Puts out what this node has.
     *
     * @param applied index of the last record, and received
     * @param durable index of the last record on the disk
     * @param chain at the last record
     * @param commitMicros commit time of the last record
     */
    void acknowledge(PeerChannel out, long applied, long durable, long chain, long commitMicros);

    /**
     * Puts out that a part of a transaction waits, and nothing more is taken until it does not.
     *
     * @param index of the part
     * @param shard of another part, which has not come
     */
    void waiting(PeerChannel out, long index, int shard);

    /** Puts out the question how far the primary is, which repeats {@code echo}. */
    void probe(PeerChannel out, long echo);
}
