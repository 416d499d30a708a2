package io.tailrace.node.handover;

import io.tailrace.node.config.HostPort;
import java.util.function.Consumer;

/**
 * What a handover needs of the node that hands over. Called on one thread, the first shard's, where all answers are given
 * too, and never within the call.
 */
public interface HandoverHost {
    String nodeId();

    /** Microseconds; only differences count. */
    long nowMicros();

    /** Lets clients' writes wait. */
    void pauseWrites();

    /** Lets them continue; what they meet is the node's role then. */
    void resumeWrites();

    /** Gives every shard's last index, once no write can follow any more until {@link #resumeWrites}. */
    void quiesce(Consumer<long[]> lastIndexes);

    /** Answers null once a replica has acknowledged this much on each shard, or why it never will. */
    void awaitReplica(String replicaId, long[] indexes, Consumer<String> problem);

    /** Begins to connect to another node; the listener hears what comes of it, later. */
    HandoverPeer connect(HostPort address, HandoverPeer.Listener listener);

    /** Keeps on the disk that the target may be taking over: a restart then asks it. Answers null or what went wrong. */
    void remember(HostPort target, String history, Consumer<String> problem);

    /** Undoes {@link #remember}, which may still be under way. */
    void forget();

    /** Is no primary any more, in memory: nothing is written from here on. */
    void stepDown(HostPort target);

    /** Is the primary again, in memory and on the disk, before anything has changed on the shards. */
    void stepUp();

    /** Follows the target, and keeps that on the disk. */
    void follow(HostPort target);

    /** Follows the target, and keeps on the disk that it may not have taken over. */
    void followInDoubt(HostPort target);

    /** The doubt is over: the target has taken over, or an operator decides. */
    void settle();

    /** Is the primary again, with a new history, after {@link #followInDoubt}. */
    void revert();
}
