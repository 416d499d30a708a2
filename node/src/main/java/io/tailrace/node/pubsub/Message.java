package io.tailrace.node.pubsub;

import io.tailrace.wire.resp.ReplyWriter;

/** What was published, and on which channel, of those or of the shard channels. Immutable but for the array, which is never changed: it crosses threads. */
public record Message(Topic channel, byte[] payload, boolean isShard) {
    /** One on a channel that is no shard channel. */
    public Message(Topic channel, byte[] payload) {
        this(channel, payload, false);
    }

    /**
     * Appends it as a subscriber gets it: a push in RESP 3, an array in RESP 2.
     *
     * @param pattern that the channel matches, or null for a subscriber of the channel itself
     */
    public void write(Topic pattern, ReplyWriter target) {
        if (pattern == null) {
            target.push(3);
            target.bulk(isShard ? "smessage" : "message");
        } else {
            target.push(4);
            target.bulk("pmessage");
            target.bulk(pattern.bytes());
        }
        target.bulk(channel.bytes());
        target.bulk(payload);
    }
}
