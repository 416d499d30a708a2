package io.tailrace.node.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The page for browsers: one file, whose own style and script are all that a browser is told to take. Immutable. */
final class AdminPage {
    private static final String FILE = "page.html";
    private static final String TYPE = "text/html; charset=utf-8";

    private final HttpReply reply;

    AdminPage() {
        String page;
        try (InputStream in = AdminPage.class.getResourceAsStream(FILE)) {
            page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String policy = "default-src 'none'; style-src '" + hash(page, "style") + "'; script-src '"
                + hash(page, "script") + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
                + " frame-ancestors 'none'";
        reply = HttpReply.ok(TYPE, page.getBytes(StandardCharsets.UTF_8)).with("Content-Security-Policy", policy);
    }

    private static String hash(String page, String element) {
        int from = page.indexOf("<" + element + ">") + element.length() + 2;
        String text = page.substring(from, page.indexOf("</" + element + ">", from));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }

    HttpReply reply() {
        return reply;
    }
}
