package io.tailrace.node.admin;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request over HTTP is answered. Immutable.
 *
 * @param more headers than those that every reply has
 */
record HttpReply(int status, String contentType, byte[] body, Map<String, String> more) {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK",
            400, "Bad Request",
            401, "Unauthorized",
            403, "Forbidden",
            404, "Not Found",
            405, "Method Not Allowed",
            431, "Request Header Fields Too Large",
            500, "Internal Server Error",
            503, "Service Unavailable",
            505, "HTTP Version Not Supported");

    static HttpReply ok(String contentType, byte[] body) {
        return new HttpReply(200, contentType, body, Map.of());
    }

    /** A line of text. */
    static HttpReply text(int status, String line) {
        return new HttpReply(status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8), Map.of());
    }

    HttpReply with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(more);
        all.put(header, value);
        return new HttpReply(status, contentType, body, all);
    }

    /** As it is sent, without its body. Nothing is kept by who asks, and nothing shown but as what it is. */
    byte[] head() {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + REASONS.get(status) + "\r\n");
        head.append("Content-Type: ").append(contentType).append("\r\n");
        head.append("Content-Length: ").append(body.length).append("\r\n");
        head.append("Connection: close\r\nCache-Control: no-store\r\n");
        head.append("X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n");
        more.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
