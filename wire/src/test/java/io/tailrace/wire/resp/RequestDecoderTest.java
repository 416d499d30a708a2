package io.tailrace.wire.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.Allocation;
import io.tailrace.wire.memory.NativeBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

@ExtendWith(LeakCheck.class)
class RequestDecoderTest {
    private static final RespLimits REDIS = new RespLimits(1 << 20, 1 << 20, 64 << 10, 8 << 20, 1 << 16);
    private static final RespLimits SMALL = new RespLimits(16, 8, 40, 64, 16);
    private static final String ERROR = "CLOSE ERR Protocol error: ";

    /** An input and what must come of it, whatever pieces it comes in. */
    record Case(RespLimits limits, String input, String... results) {
        @Override
        public String toString() {
            return input.length() > 60 ? input.substring(0, 60) + "..." : input;
        }
    }

    static final List<Case> CASES = cases();

    static final List<Case> BEFORE_AUTHENTICATION = List.of(
            new Case(REDIS, "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n", "<AUTH><secret>"),
            new Case(REDIS, "*10\r\n" + "$1\r\nx\r\n".repeat(10), "<x>".repeat(10)),
            new Case(REDIS, "*11\r\n" + "$1\r\nx\r\n".repeat(11), ERROR + "unauthenticated multibulk length"),
            new Case(REDIS, "*1\r\n$16384\r\n" + "x".repeat(16_384) + "\r\n", "<" + "x".repeat(16_384) + ">"),
            new Case(REDIS, "*1\r\n$16385\r\n", ERROR + "unauthenticated bulk length"),
            new Case(REDIS, "*1\r\n$2000000\r\n", ERROR + "unauthenticated bulk length"),
            new Case(REDIS, "AUTH secret\r\n", "<AUTH><secret>"),
            new Case(REDIS, "a b c d e f g h i j\r\n", "<a><b><c><d><e><f><g><h><i><j>"),
            new Case(REDIS, "a b c d e f g h i j k\r\n", ERROR + "unauthenticated multibulk length"),
            new Case(REDIS, "x".repeat(16_385), ERROR + "too big inline request"),
            new Case(REDIS, "*" + "1".repeat(16_385), ERROR + "too big mbulk count string"),
            new Case(REDIS, "*1\r\n$" + "1".repeat(16_385), ERROR + "too big bulk count string"));

    private static List<Case> cases() {
        List<Case> all = new ArrayList<>();
        all.addAll(multibulk());
        all.addAll(inline());
        all.addAll(oversized());
        return all;
    }

    private static List<Case> multibulk() {
        return List.of(
                new Case(REDIS, "*1\r\n$4\r\nPING\r\n", "<PING>"),
                new Case(REDIS, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nva\r\nl\r\n", "<SET><k><va\r\nl>"),
                new Case(REDIS, "*2\r\n$3\r\nGET\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n", "<GET><>", "<PING>"),
                new Case(REDIS, "*0\r\n*-1\r\n*-7\r\nPING\r\n", "", "", "", "<PING>"),
                new Case(REDIS, "*12\r\n" + "$1\r\nx\r\n".repeat(12), "<x>".repeat(12)),
                new Case(REDIS, "*2\r\n$12\r\nhello, world\r\n$1\r\n\0\r\n", "<hello, world><\0>"),
                new Case(REDIS, "*2147483648\r\n", ERROR + "invalid multibulk length"),
                new Case(REDIS, "*1048577\r\n", ERROR + "invalid multibulk length"),
                new Case(REDIS, "*\r\n", ERROR + "invalid multibulk length"),
                new Case(REDIS, "*01\r\n", ERROR + "invalid multibulk length"),
                new Case(REDIS, "*+1\r\n", ERROR + "invalid multibulk length"),
                new Case(REDIS, "*-0\r\n", ERROR + "invalid multibulk length"),
                new Case(REDIS, "*1x\r\n", ERROR + "invalid multibulk length"),
                new Case(REDIS, "* 1\r\n", ERROR + "invalid multibulk length"),
                new Case(REDIS, "*99999999999999999999\r\n", ERROR + "invalid multibulk length"),
                new Case(REDIS, "*1\r\n:1\r\n", ERROR + "expected '$', got ':'"),
                new Case(REDIS, "*1\r\nPING\r\n", ERROR + "expected '$', got 'P'"),
                new Case(REDIS, "*2\r\n$1\r\na\r\n\r\n", ERROR + "expected '$', got ' '"),
                new Case(REDIS, "*1\r\n$-1\r\n", ERROR + "invalid bulk length"),
                new Case(REDIS, "*1\r\n$\r\n", ERROR + "invalid bulk length"),
                new Case(REDIS, "*1\r\n$01\r\n", ERROR + "invalid bulk length"),
                new Case(REDIS, "*1\r\n$536870913\r\n", ERROR + "invalid bulk length"),
                new Case(REDIS, "*1\r\n$999999999\r\n", ERROR + "invalid bulk length"),
                new Case(REDIS, "*1\r\n$9223372036854775808\r\n", ERROR + "invalid bulk length"),
                new Case(REDIS, "PING\r\n*1\r\n$x\r\nPING\r\n", "<PING>", ERROR + "invalid bulk length"),
                new Case(SMALL, "*" + "1".repeat(40), ERROR + "too big mbulk count string"),
                new Case(SMALL, "*1\r\n$" + "1".repeat(40), ERROR + "too big bulk count string"),
                // Redis looks neither at the line feed of a header nor at the two bytes behind a bulk.
                new Case(REDIS, "*1\rx$4\r\rPINGxy*1\r\n$4\r\nPONG\r\n", "<PING>", "<PONG>"));
    }

    private static List<Case> inline() {
        return List.of(
                new Case(REDIS, "PING\r\nPING\n", "<PING>", "<PING>"),
                new Case(REDIS, "\r\n\n  \t \r\nPING\r\n", "", "", "", "<PING>"),
                new Case(REDIS, "  set  key\tvalue \r\n", "<set><key><value>"),
                new Case(REDIS, "set k \"a b\" 'c d'\r\n", "<set><k><a b><c d>"),
                new Case(
                        REDIS, "set k \"\\x41\\n\\r\\t\\b\\a\\\\\\\"\\q\\x4\"\r\n", "<set><k><A\n\r\t\b\u0007\\\"qx4>"),
                new Case(REDIS, "set k '\\n\\'\\\\ '\r\n", "<set><k><\\n'\\\\ >"),
                new Case(REDIS, "set k ab\"c d\"\r\n", "<set><k><abc d>"),
                new Case(REDIS, "set \"\" ''\r\n", "<set><><>"),
                new Case(REDIS, "a\u000bb \u000b\fc\r\n", "<a\u000bb><c>"),
                new Case(REDIS, "a\rb\r\n", "<a><b>"),
                new Case(REDIS, "set k \"a\r\n", ERROR + "unbalanced quotes in request"),
                new Case(REDIS, "set k 'a\r\n", ERROR + "unbalanced quotes in request"),
                new Case(REDIS, "set k \"a\"b\r\n", ERROR + "unbalanced quotes in request"),
                new Case(REDIS, "set k 'a'b\r\n", ERROR + "unbalanced quotes in request"),
                new Case(REDIS, "set k \"a\\\r\n", ERROR + "unbalanced quotes in request"),
                new Case(SMALL, "x".repeat(41), ERROR + "too big inline request"),
                new Case(SMALL, "x".repeat(41) + "\n", ERROR + "too big inline request"),
                new Case(SMALL, "a b ".repeat(10) + "\n", "<a><b>".repeat(10)));
    }

    private static List<Case> oversized() {
        String value = "REJECTED ERR value of 17 bytes is larger than max-value-size (16 bytes)";
        String request = "REJECTED ERR request is larger than 64 bytes";
        String big = "$17\r\n" + "v".repeat(17) + "\r\n";
        String ping = "*1\r\n$4\r\nPING\r\n";
        return List.of(
                new Case(SMALL, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n" + big + ping, value, "<PING>"),
                new Case(SMALL, "*1\r\n" + big + ping, value, "<PING>"),
                new Case(SMALL, "*4\r\n$3\r\nSET\r\n" + big + "$2\r\nPX\r\n$2\r\n10\r\n" + ping, value, "<PING>"),
                new Case(SMALL, "*2\r\n" + big + "$99\r\n" + "w".repeat(99) + "\r\n" + ping, value, "<PING>"),
                new Case(SMALL, "*4\r\n" + ("$16\r\n" + "v".repeat(16) + "\r\n").repeat(4) + ping, request, "<PING>"),
                new Case(SMALL, "*8\r\n" + "$10\r\n*1\r\n$4\r\nPI\r\n".repeat(8) + "PING\r\n", request, "<PING>"),
                new Case(SMALL, "*2\r\n" + big + "$x\r\n" + ping, ERROR + "invalid bulk length"),
                new Case(SMALL, "*2\r\n" + big + "x\r\n" + ping, ERROR + "expected '$', got 'x'"),
                new Case(SMALL, "*2\r\n" + big + "$" + "1".repeat(41), ERROR + "too big bulk count string"),
                new Case(SMALL, "set k " + "v".repeat(17) + "\r\nPING\r\n", value, "<PING>"));
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void shouldDecodeInOnePiece(Case c) {
        assertEquals(List.of(c.results()), DecoderFeed.decode(c.limits(), c.input()));
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void shouldDecodeTheSameByteByByte(Case c) {
        int[] cuts = new int[c.input().length()];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i;
        }
        assertEquals(List.of(c.results()), DecoderFeed.decode(c.limits(), c.input(), cuts));
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void shouldDecodeTheSameInAnyTwoOrThreePieces(Case c) {
        List<String> expected = List.of(c.results());
        for (int first = 0; first <= c.input().length(); first++) {
            for (int second = first; second <= c.input().length(); second += 3) {
                assertEquals(expected, DecoderFeed.decode(c.limits(), c.input(), first, second), first + "," + second);
            }
        }
    }

    @Test
    void shouldGiveTheSameInAnyPiecesForRandomBytesNearTheProtocol() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "*$012\r\n\r\n\"' \\xPa-";
        for (int i = 0; i < 3000; i++) {
            StringBuilder input = new StringBuilder();
            int length = random.nextInt(60);
            while (input.length() < length) {
                if (random.nextInt(4) == 0) {
                    input.append(random.nextBoolean() ? "*2\r\n$1\r\na\r\n" : "$18\r\n");
                } else {
                    input.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
            }
            String text = input.toString();
            List<String> whole = DecoderFeed.decode(SMALL, text);
            int cut = random.nextInt(text.length() + 1);
            int[] everywhere =
                    random.ints(0, text.length() + 1).limit(8).sorted().toArray();
            assertEquals(whole, DecoderFeed.decode(SMALL, text, cut), () -> "seed " + seed + ": " + text);
            assertEquals(whole, DecoderFeed.decode(SMALL, text, everywhere), () -> "seed " + seed + ": " + text);
        }
    }

    @Test
    void shouldSwallowAnOversizedBulkInBoundedMemory() {
        DecoderFeed feed = new DecoderFeed(REDIS);
        int length = 300 << 20;
        feed.accept("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + length + "\r\n");
        String piece = "v".repeat(1 << 20);
        for (int sent = 0; sent < length; sent += piece.length()) {
            feed.accept(piece);
            assertEquals(0, feed.unconsumed());
            assertEquals(1, feed.needed());
        }
        assertEquals(List.of(), feed.results());
        feed.accept("\r\nPING\r\n");
        assertEquals(
                List.of(
                        "REJECTED ERR value of 314572800 bytes is larger than max-value-size (1048576 bytes)",
                        "<PING>"),
                feed.results());
    }

    @Test
    void shouldSwallowARequestOfManyBulksInBoundedMemory() {
        DecoderFeed feed = new DecoderFeed(new RespLimits(16, 1 << 20, 40, 64, 16));
        feed.accept("*100000\r\n");
        for (int i = 0; i < 100_000; i++) {
            feed.accept("$10\r\n01234");
            feed.accept("56789\r\n");
        }
        feed.accept("PING\r\n");
        assertEquals(List.of("REJECTED ERR request is larger than 64 bytes", "<PING>"), feed.results());
        assertTrue(feed.mostUnconsumed() <= 64, () -> feed.mostUnconsumed() + " bytes kept");
    }

    @ParameterizedTest
    @FieldSource("BEFORE_AUTHENTICATION")
    void shouldTakeLittleBeforeAuthentication(Case c) {
        for (int piece : new int[] {1, 7, c.input().length()}) {
            DecoderFeed feed = new DecoderFeed(c.limits()).unauthenticated();
            for (int from = 0; from < c.input().length(); from += piece) {
                feed.accept(c.input()
                        .substring(from, Math.min(from + piece, c.input().length())));
            }
            assertEquals(List.of(c.results()), feed.results(), "in pieces of " + piece);
        }
    }

    @Test
    void shouldNotAllocateForWhatIsOnlyClaimed() {
        RespLimits limits = new RespLimits(512 << 20, 1 << 20, 64 << 10, 1 << 30, 1 << 16);
        try (NativeBytes bytes = NativeBytes.of("*1048576\r\n$536870912\r\nx")) {
            RequestDecoder[] decoders = new RequestDecoder[100];
            for (int i = 0; i < decoders.length; i++) {
                decoders[i] = new RequestDecoder(limits);
            }
            int[] next = new int[1];
            long allocated = Allocation.of(20, () -> decoders[next[0]++].decode(bytes.address(), bytes.length()));
            assertEquals(0, allocated);
            assertEquals(22 + (512 << 20) + 2, decoders[0].needed());
        }
    }

    @Test
    void shouldSayHowMuchItNeeds() {
        DecoderFeed feed = new DecoderFeed(REDIS);
        feed.accept("*2\r\n");
        assertEquals(5, feed.needed());
        feed.accept("$3\r\nG");
        assertEquals(4 + 4 + 3 + 2, feed.needed());
        feed.accept("ET\r\n$1000\r\n");
        assertEquals(4 + 9 + 7 + 1000 + 2, feed.needed());
    }

    @Test
    void shouldStayFailedAfterAProtocolError() {
        RequestDecoder decoder = new RequestDecoder(REDIS);
        try (NativeBytes bytes = NativeBytes.of("*x\r\nPING\r\n")) {
            assertEquals(RequestDecoder.Outcome.PROTOCOL_ERROR, decoder.decode(bytes.address(), 4));
            assertEquals(RequestDecoder.Outcome.PROTOCOL_ERROR, decoder.decode(bytes.address() + 4, 6));
            assertEquals("ERR Protocol error: invalid multibulk length", decoder.error());
        }
    }
}
