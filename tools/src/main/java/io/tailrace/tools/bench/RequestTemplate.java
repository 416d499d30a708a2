package io.tailrace.tools.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One command, encoded once: what changes from request to request are numbers of a fixed width in it. Immutable.
 *
 * <p>In the text of a command numbers have {@value #DIGITS} digits:
 *
 * <pre>
 *  {n}      the number of a key or an element; {key} is key:{n}
 *  {r}      another such number, by chance
 *  {u}      one that no other request has
 *  {value}  as many bytes as values have
 * </pre>
 */
final class RequestTemplate {
    static final int DIGITS = 12;

    private static final List<String> NUMBERS = List.of("{n}", "{r}", "{u}");
    private static final int NUMBER_LENGTH = 3;
    private static final byte[] ZEROES = "0".repeat(DIGITS).getBytes(StandardCharsets.US_ASCII);

    private final byte[] request;
    /** Where a number begins, and which of the {@link #NUMBERS} it is, by turns. */
    private final int[] holes;

    private final boolean[] hasNumber = new boolean[NUMBERS.size()];

    private RequestTemplate(byte[] request, int[] holes) {
        this.request = request;
        this.holes = holes;
        for (int i = 1; i < holes.length; i += 2) {
            hasNumber[holes[i]] = true;
        }
    }

    static RequestTemplate of(String command, int valueLength) {
        String[] words = command.trim().split("\\s+");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Integer> holes = new ArrayList<>();
        write(out, "*" + words.length + "\r\n");
        for (String word : words) {
            String text = word.replace("{key}", "key:{n}").replace("{value}", "x".repeat(valueLength));
            int count = 0;
            for (int at = next(text, 0); at < text.length(); at = next(text, at + NUMBER_LENGTH)) {
                count++;
            }
            write(out, "$" + (text.length() + count * (DIGITS - NUMBER_LENGTH)) + "\r\n");
            int from = 0;
            for (int at = next(text, 0); at < text.length(); at = next(text, from)) {
                write(out, text.substring(from, at));
                holes.add(out.size());
                holes.add(NUMBERS.indexOf(text.substring(at, at + NUMBER_LENGTH)));
                out.write(ZEROES, 0, DIGITS);
                from = at + NUMBER_LENGTH;
            }
            write(out, text.substring(from) + "\r\n");
        }
        return new RequestTemplate(
                out.toByteArray(), holes.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Where the next number is at or after a place; the length of the text when there is none. */
    private static int next(String text, int from) {
        int next = text.length();
        for (String number : NUMBERS) {
            int at = text.indexOf(number, from);
            next = at < 0 ? next : Math.min(next, at);
        }
        return next;
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    int length() {
        return request.length;
    }

    /** Whether there is a {r} in it. */
    boolean wantsOther() {
        return hasNumber[1];
    }

    /** Whether there is a {u} in it. */
    boolean wantsUnique() {
        return hasNumber[2];
    }

    /**
     * Puts a request; the buffer has room.
     *
     * @param number for {n}
     * @param other for {r}
     * @param unique for {u}
     */
    void put(ByteBuffer into, long number, long other, long unique) {
        int start = into.position();
        into.put(request);
        for (int i = 0; i < holes.length; i += 2) {
            long rest =
                    switch (holes[i + 1]) {
                        case 0 -> number;
                        case 1 -> other;
                        default -> unique;
                    };
            for (int digit = start + holes[i] + DIGITS - 1; rest > 0; digit--) {
                into.put(digit, (byte) ('0' + rest % 10));
                rest /= 10;
            }
        }
    }
}
