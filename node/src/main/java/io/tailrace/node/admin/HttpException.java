package io.tailrace.node.admin;

/** A request that is answered by a status and a line of text. */
final class HttpException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    HttpException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    HttpReply reply() {
        return HttpReply.text(status, getMessage());
    }
}
