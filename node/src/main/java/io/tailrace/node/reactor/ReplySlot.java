package io.tailrace.node.reactor;

import io.tailrace.node.services.HeldReply;
import java.util.function.Consumer;

/**
 * The place of a reply in the order of a connection's replies, when it can't just be sent: another shard, or time, will
 * give it, or it is held until replicas have what it confirms. Owned by the connection's thread.
 */
final class ReplySlot implements HeldReply {
    /** The reply on its own, until it goes where {@link ReplyQueue} keeps those that are held. */
    DetachedReply reply;

    /** Of the request, while another shard has a copy of it. */
    int requestBytes;

    /** Of this reply, and of those right after it that wait for nothing else, among the held bytes. */
    int ownBytes;

    int followingBytes;

    /** Whether all who know it forget it when it has its reply and they have let it go. */
    boolean isReused;

    /** Whether the client wants no reply (CLIENT REPLY). */
    boolean isMuted;

    private final Consumer<ReplySlot> settle;
    private boolean isGiven;
    private int holds;
    private String failure;

    /** @param settle told when it has its reply, and nothing holds it any more */
    ReplySlot(Consumer<ReplySlot> settle) {
        this.settle = settle;
    }

    void give(DetachedReply given) {
        assert !isGiven : "given twice";
        reply = given;
        isGiven = true;
    }

    /** The reply is among the held bytes already. */
    ReplySlot givenAs(int bytes) {
        ownBytes = bytes;
        isGiven = true;
        return this;
    }

    boolean isGiven() {
        return isGiven;
    }

    /** As new, once it will not be told anything any more. */
    ReplySlot reset() {
        assert isReused && isSettled() && reply == null : "somebody still has to let it go";
        isGiven = false;
        failure = null;
        isMuted = false;
        requestBytes = 0;
        ownBytes = 0;
        followingBytes = 0;
        return this;
    }

    /** One shard more has to let it go; may be told after that shard did. */
    ReplySlot hold() {
        holds++;
        return this;
    }

    boolean isSettled() {
        return isGiven && holds == 0;
    }

    /** The error that is sent instead, without the dash, or null. */
    String failure() {
        return failure;
    }

    @Override
    public void release() {
        holds--;
        settle.accept(this);
    }

    @Override
    public void fail(String error) {
        failure = failure == null ? error : failure;
        release();
    }
}
