package io.tailrace.node.config;

/** How a replica replies to reads while a full sync is loading. */
public enum WhileSyncing {
    /** Reads are answered from the data it had before. */
    SERVE,
    /** Reads are answered with -LOADING. */
    LOADING
}
