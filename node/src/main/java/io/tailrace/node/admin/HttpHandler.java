package io.tailrace.node.admin;

import java.net.SocketAddress;

/** Answers requests; called by several threads at a time. */
interface HttpHandler {
    /**
     * Answers a GET or HEAD.
     *
     * @param isTrusted whether the client has shown the certificate that is wanted, or none is
     */
    HttpReply answer(HttpRequest request, SocketAddress remote, boolean isTrusted) throws HttpException;
}
