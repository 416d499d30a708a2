package io.tailrace.node.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookAheadTest {
    private static final String GET = "*2\r\n$3\r\nGET\r\n$5\r\nkey:1\r\n";
    private static final String SET = "*3\r\n$3\r\nSET\r\n$5\r\nkey:2\r\n$12\r\n*2\r\n$3\r\nGET\r\r\n";

    private final Store store = new Store(new StoreSizing(100, 16, 16));
    private final LookAhead ahead = new LookAhead(0, 1);

    @AfterEach
    void close() {
        store.close();
    }

    /** Of a text that lies in memory of exactly its length. */
    private int touch(String text) {
        return touch(ahead, text);
    }

    private int touch(LookAhead by, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBuffer buffer = new NativeBuffer(Math.max(1, bytes.length))) {
            Memory.copyIn(bytes, 0, buffer.address(), bytes.length);
            return by.touch(store, buffer.address(), buffer.address() + bytes.length);
        }
    }

    @Test
    void shouldGoPastWholeRequestsOnly() {
        String all = GET + SET + GET;
        for (int end = 0; end <= all.length(); end++) {
            int whole = end < GET.length()
                    ? 0
                    : end < (GET + SET).length() ? GET.length() : end < all.length() ? (GET + SET).length() : end;
            assertEquals(whole, touch(all.substring(0, end)), "of " + end + " bytes");
        }
    }

    @Test
    void shouldGoPastRequestsForOtherShards() {
        int whole = GET.length() + SET.length();
        for (int own = 0; own < 3; own++) {
            assertEquals(whole, touch(new LookAhead(own, 3), GET + SET));
        }
    }

    @Test
    void shouldStopAfterAsManyAsAreTouchedAtOnce() {
        assertEquals(LookAhead.MAX * GET.length(), touch(GET.repeat(LookAhead.MAX + 3)));
    }

    @Test
    void shouldStopAtWhatHasNoKeyOrIsNoRequest() {
        for (String other : new String[] {
            "*1\r\n$4\r\nPING\r\n",
            "PING\r\n",
            "*2\r\n:3\r\n",
            "*2\r\n$-1\r\n$1\r\na\r\n",
            "*2\r\n$3\n",
            "*99999999999\r\n",
            "*2\r\n$99999999999\r\n",
            "*65\r\n",
            "*\r\n",
            "*2\r"
        }) {
            assertEquals(GET.length(), touch(GET + other), other);
            assertEquals(GET.length(), touch(GET + other + GET), other);
        }
    }

    @Test
    void shouldStayWithinWhatHasComeWhateverThatIs() {
        Random random = new Random(7);
        String pieces = "*$\r\n0123GETk";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? GET : "");
            int length = random.nextInt(40);
            for (int j = 0; j < length; j++) {
                text.append(pieces.charAt(random.nextInt(pieces.length())));
            }
            int end = touch(text.toString());
            assertTrue(end >= 0 && end <= text.length(), text::toString);
        }
    }
}
