package io.tailrace.node.services;

/** Which replies a client wants (CLIENT REPLY). Messages it gets in any case. */
public enum ReplyMode {
    /** All. */
    ON,
    /** None. */
    OFF,
    /** All but that of the next command; this one's own isn't sent either. */
    SKIP_NEXT,
    /** All but that of this command. */
    SKIP;

    /** Whether a reply is dropped. */
    public boolean isMuted() {
        return this != ON;
    }

    /** The mode of the request after one. */
    public ReplyMode next() {
        return switch (this) {
            case SKIP_NEXT -> SKIP;
            case SKIP -> ON;
            default -> this;
        };
    }
}
