package io.tailrace.node.config;

/** The channels of a new user. */
public enum PubSubDefault {
    /** All. */
    ALLCHANNELS,
    /** None, until rules allow some. */
    RESETCHANNELS
}
