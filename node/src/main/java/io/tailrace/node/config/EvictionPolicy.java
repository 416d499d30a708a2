package io.tailrace.node.config;

/** Which keys go when memory is short: Redis's names, and what Redis does, as far as there is one here. */
public enum EvictionPolicy {
    /** None: writes that need room are refused. */
    NOEVICTION,
    /** Any, by chance. */
    ALLKEYS_RANDOM,
    /** Of those with a deadline the one that has least time left. */
    VOLATILE_TTL
}
