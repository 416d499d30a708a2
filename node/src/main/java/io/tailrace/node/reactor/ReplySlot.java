package io.tailrace.node.reactor;

/** The place of a reply that another shard, or time, will give, in the order of a connection's replies. */
final class ReplySlot {
    private byte[] reply;

    boolean isComplete() {
        return reply != null;
    }

    void complete(byte[] bytes) {
        assert reply == null : "completed twice";
        reply = bytes;
    }

    byte[] reply() {
        return reply;
    }
}
