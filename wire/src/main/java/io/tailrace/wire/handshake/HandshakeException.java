package io.tailrace.wire.handshake;

/** A handshake that is malformed; carries what to answer. */
public final class HandshakeException extends Exception {
    private final RefusalCode code;

    HandshakeException(RefusalCode code, String reason) {
        // A peer's fault, expected and answered on the spot: its stack trace is not needed.
        super(reason, null, false, false);
        this.code = code;
    }

    public RefusalCode code() {
        return code;
    }
}
