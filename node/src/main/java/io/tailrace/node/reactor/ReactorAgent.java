package io.tailrace.node.reactor;

/** A part of the duty cycle that the reactor drives without knowing it: replication is two of them. Reactor thread only. */
public interface ReactorAgent {
    /** Does a bounded amount of work; returns how much, 0 for none. */
    int doWork();

    /** How long the reactor may block without missing a deadline of this agent; Long.MAX_VALUE for none. */
    long maxBlockNanos();

    /** Called about once a second, but not while the shard's data is being loaded. */
    void onSecond();

    /** Called instead of it meanwhile. */
    default void onLoadingSecond() {}

    void close();
}
