package io.tailrace.node.rdb;

/** Bytes that are no value in RDB's form. Without a stack trace: they come from clients, as many as these like. */
public final class BadPayloadException extends Exception {
    private static final long serialVersionUID = 1;

    BadPayloadException(String message) {
        super(message, null, false, false);
    }
}
