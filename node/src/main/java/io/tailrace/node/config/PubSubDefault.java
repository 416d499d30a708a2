package io.tailrace.node.config;

/** The channels of a user that is made. */
public enum PubSubDefault {
    /** All. */
    ALLCHANNELS,
    /** None, until rules allow some. */
    RESETCHANNELS
}
