package io.tailrace.node.command;

/**
 * One client's command that waits for keys of several shards: a {@link KeyWait} on each shard where it waits for one, and one that has all
 * of them. Read and changed only by a thread that holds all of its shards, which alone decides how it ends.
 */
public final class SpreadWait {
    private final long shards;
    private final KeyWait whole;
    private boolean isOver;

    /** @param shards all that its command needs, as a set */
    SpreadWait(long shards, KeyWait whole) {
        this.shards = shards;
        this.whole = whole;
    }

    /** All that its command needs, as a set; any thread. */
    public long shards() {
        return shards;
    }

    /** Who waits; any thread. */
    public WaitingClient client() {
        return whole.client();
    }

    /** By the steady clock; any thread. */
    public long deadlineSteadyMs() {
        return whole.deadlineSteadyMs();
    }

    /** Whether it changes something when it is served; any thread. */
    public boolean isWrite() {
        return whole.server().isWrite();
    }

    /** Whether it has ended. */
    public boolean isOver() {
        return isOver;
    }

    KeyWait whole() {
        return whole;
    }

    void end() {
        isOver = true;
        whole.close();
    }
}
