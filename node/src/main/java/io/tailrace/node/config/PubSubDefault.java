package io.tailrace.node.config;

/** The channels of a user that is made. */
public enum PubSubDefault {
    /** None, until rules allow some. */
    RESETCHANNELS,
    /** All. */
    ALLCHANNELS
}
