package io.tailrace.node.config;

/** Which keys are evicted when memory is short: Redis's names, in Redis's order, with Redis's meaning. */
public enum EvictionPolicy {
    /** Of those with a deadline one that was not used for long. */
    VOLATILE_LRU,
    /** Of those with a deadline one that is seldom used. */
    VOLATILE_LFU,
    /** Of those with a deadline any, by chance. */
    VOLATILE_RANDOM,
    /** Of those with a deadline the one that has least time left. */
    VOLATILE_TTL,
    /** One that was not used for long. */
    ALLKEYS_LRU,
    /** One that is seldom used. */
    ALLKEYS_LFU,
    /** Any, by chance. */
    ALLKEYS_RANDOM,
    /** None: writes that need room are refused. */
    NOEVICTION;

    /** Whether keys note how often they are used, and not when. */
    public boolean isByFrequency() {
        return this == VOLATILE_LFU || this == ALLKEYS_LFU;
    }

    /** Whether it looks at how keys are used. */
    public boolean isByUse() {
        return isByFrequency() || this == VOLATILE_LRU || this == ALLKEYS_LRU;
    }

    /** Whether only keys with a deadline go. */
    public boolean isVolatile() {
        return this == VOLATILE_LRU || this == VOLATILE_LFU || this == VOLATILE_RANDOM || this == VOLATILE_TTL;
    }
}
