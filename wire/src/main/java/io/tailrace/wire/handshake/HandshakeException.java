package io.tailrace.wire.handshake;

/** A handshake that makes no sense; carries what to answer. */
public final class HandshakeException extends Exception {
    private final RefusalCode code;

    HandshakeException(RefusalCode code, String reason) {
        // A peer's fault, expected and answered on the spot: nobody looks at where it was thrown.
        super(reason, null, false, false);
        this.code = code;
    }

    public RefusalCode code() {
        return code;
    }
}
