package io.tailrace.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyScannerTest {
    private static final List<String> REPLIES = List.of(
            "+OK\r\n",
            "-ERR of some kind\r\n",
            ":-12\r\n",
            "$5\r\nab\r\nc\r\n",
            "$0\r\n\r\n",
            "$-1\r\n",
            "*-1\r\n",
            "*0\r\n",
            "*2\r\n$1\r\na\r\n*3\r\n:1\r\n+x\r\n$-1\r\n",
            "%2\r\n+a\r\n:1\r\n+b\r\n*0\r\n",
            "~1\r\n#t\r\n",
            "_\r\n",
            ",1.5e3\r\n",
            "(12345678901234567890\r\n",
            "=8\r\ntxt:some\r\n",
            "!3\r\nERR\r\n",
            "|1\r\n+key\r\n:1\r\n*1\r\n:2\r\n");

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void shouldFindTheEndOfEachReplyWhereverItIsCut() {
        for (String reply : REPLIES) {
            for (int cut = 0; cut < reply.length(); cut++) {
                ReplyScanner scanner = new ReplyScanner();
                assertEquals(0, scanner.scan(bytes(reply.substring(0, cut))), reply + " up to " + cut);
                assertEquals(1, scanner.scan(bytes(reply.substring(cut))), reply + " from " + cut);
            }
        }
    }

    @Test
    void shouldCountRepliesThatComeTogether() {
        ReplyScanner scanner = new ReplyScanner();
        assertEquals(REPLIES.size(), scanner.scan(bytes(String.join("", REPLIES))));
    }

    @Test
    void shouldCountErrorsAndRememberTheFirst() {
        ReplyScanner scanner = new ReplyScanner();
        scanner.scan(bytes("+OK\r\n"));
        assertNull(scanner.firstError());
        scanner.scan(bytes("-OOM not "));
        scanner.scan(bytes("now\r\n*1\r\n-ERR x\r\n"));
        assertEquals(2, scanner.errors());
        assertEquals("OOM not now", scanner.firstError());
    }

    @Test
    void shouldRefuseWhatIsNoReply() {
        assertThrows(IllegalStateException.class, () -> new ReplyScanner().scan(bytes("HTTP/1.1 400\r\n")));
    }
}
