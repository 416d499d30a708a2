package io.tailrace.tools.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One command, encoded once: what changes from request to request are numbers of a fixed width in it. Immutable.
 *
 * <p>In the text of a command {@code {n}} is the number of a key or an element, {@value #DIGITS} digits, {@code {key}} is
 * {@code key:{n}}, and {@code {value}} is as many bytes as values have.
 */
final class RequestTemplate {
    static final int DIGITS = 12;

    private static final String NUMBER = "{n}";
    private static final byte[] ZEROES = "0".repeat(DIGITS).getBytes(StandardCharsets.US_ASCII);

    private final byte[] request;
    private final int[] holes;

    private RequestTemplate(byte[] request, int[] holes) {
        this.request = request;
        this.holes = holes;
    }

    static RequestTemplate of(String command, int valueLength) {
        String[] words = command.trim().split("\\s+");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Integer> holes = new ArrayList<>();
        write(out, "*" + words.length + "\r\n");
        for (String word : words) {
            String text = word.replace("{key}", "key:" + NUMBER).replace("{value}", "x".repeat(valueLength));
            int count = (text.length() - text.replace(NUMBER, "").length()) / NUMBER.length();
            write(out, "$" + (text.length() + count * (DIGITS - NUMBER.length())) + "\r\n");
            int from = 0;
            for (int at = text.indexOf(NUMBER); at >= 0; at = text.indexOf(NUMBER, from)) {
                write(out, text.substring(from, at));
                holes.add(out.size());
                out.write(ZEROES, 0, DIGITS);
                from = at + NUMBER.length();
            }
            write(out, text.substring(from) + "\r\n");
        }
        return new RequestTemplate(
                out.toByteArray(), holes.stream().mapToInt(Integer::intValue).toArray());
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    int length() {
        return request.length;
    }

    /** Puts a request about a number; the buffer has room. */
    void put(ByteBuffer into, long number) {
        int start = into.position();
        into.put(request);
        for (int hole : holes) {
            long rest = number;
            for (int digit = start + hole + DIGITS - 1; rest > 0; digit--) {
                into.put(digit, (byte) ('0' + rest % 10));
                rest /= 10;
            }
        }
    }
}
