package io.tailrace.node.admin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The head of a request over HTTP. Immutable; texts have a character a byte.
 *
 * @param path without the query
 * @param headers by their names in lower case
 */
record HttpRequest(String method, String path, Map<String, String> headers) {
    private static final int REQUEST_WORDS = 3;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String BASIC = "basic ";

    /** Who one says one is. */
    record Login(String name, byte[] password) {}

    /**
     * Parses lines that end in CR LF or LF, up to and without the empty one.
     *
     * @throws HttpException with the status to answer
     */
    static HttpRequest parse(String head) throws HttpException {
        String[] lines = head.split("\r?\n", -1);
        String[] words = lines[0].split(" ", -1);
        if (words.length != REQUEST_WORDS || !words[0].matches(TOKEN) || !words[2].matches("HTTP/\\d\\.\\d")) {
            throw new HttpException(400, "this port serves HTTP, and that was not an HTTP request");
        }
        if (!words[2].startsWith("HTTP/1.")) {
            throw new HttpException(505, "this port serves HTTP/1.1");
        }
        int query = words[1].indexOf('?');
        String path = query < 0 ? words[1] : words[1].substring(0, query);
        if (!path.startsWith("/")) {
            throw new HttpException(400, "the target of a request must begin with /");
        }
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0 || !lines[i].substring(0, colon).matches(TOKEN)) {
                throw new HttpException(400, "a header must be NAME: VALUE");
            }
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            if (headers.put(name, lines[i].substring(colon + 1).strip()) != null
                    && (name.equals("host") || name.equals("authorization"))) {
                throw new HttpException(400, "the header " + name + " must occur exactly once");
            }
        }
        return new HttpRequest(words[0], path, Map.copyOf(headers));
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** By HTTP's basic authentication, or null when there is none. */
    Login login() throws HttpException {
        String text = header("authorization");
        if (text.isEmpty()) {
            return null;
        }
        if (!text.toLowerCase(Locale.ROOT).startsWith(BASIC)) {
            throw new HttpException(401, "log in with HTTP's basic authentication");
        }
        String pair;
        try {
            byte[] decoded =
                    Base64.getDecoder().decode(text.substring(BASIC.length()).strip());
            pair = new String(decoded, StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, "the header authorization must be base64");
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw new HttpException(400, "the header authorization must hold NAME:PASSWORD");
        }
        return new Login(pair.substring(0, colon), pair.substring(colon + 1).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whom the client believes to ask: a host without its port. */
    String host() {
        return header("host").replaceFirst(":\\d*$", "");
    }
}
