package io.tailrace.node.security;

/** A rule of a user that can't be; the message is Redis's, where it has one, without a password that the rule may hold. */
public final class AclException extends Exception {
    private static final long serialVersionUID = 1L;

    AclException(String message) {
        super(message);
    }
}
