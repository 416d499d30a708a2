package io.tailrace.node.reactor;

/** How far a client's connection has come; it never goes back. */
enum ConnectionState {
    /** Requests are read and executed. */
    OPEN,
    /** The client sends no more; what it has sent is executed and answered. */
    INPUT_ENDED,
    /** Nothing more is executed; what was replied is sent. */
    CLOSING,
    /** Nothing more is executed; what was replied is sent, then another takes the connection over. */
    DETACHING,
    /** The TLS handshake has failed and the client was told; its socket is read until the client has ended it. */
    REFUSED,
    /** Another has it; what belonged to a client that executes requests is released. */
    DETACHED,
    /** All is released. */
    CLOSED;

    boolean mayBecome(ConnectionState next) {
        switch (this) {
            case OPEN:
                return next != OPEN && next != DETACHED;
            case INPUT_ENDED:
                return next.ordinal() > ordinal() && next != DETACHED;
            case DETACHING:
                return next == DETACHED || next == CLOSED;
            case CLOSING:
            case REFUSED:
                return next == CLOSED;
            default:
                return false;
        }
    }

    /** Whether requests are still executed. */
    boolean executes() {
        return this == OPEN || this == INPUT_ENDED;
    }

    /** Whether it is this client's connection no more. */
    boolean isOver() {
        return this == DETACHED || this == CLOSED;
    }
}
