package io.tailrace.tools.demo;

/** The demo saw something that must not be; the message says what. */
public final class DemoException extends Exception {

    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }
}
