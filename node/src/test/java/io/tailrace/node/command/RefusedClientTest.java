package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedClientTest {
    private static final int MAX_CLIENTS = 100;

    @TempDir
    Path root;

    @Test
    void shouldAcceptAgainAfterAClientThatWasOneTooManyIsGoneBeforeItIsTold() throws Exception {
        try (SessionBench bench = new SessionBench(root, 1)) {
            SessionBench.Client last = null;
            for (int i = 0; i < MAX_CLIENTS; i++) {
                last = bench.client();
                assertEquals("+PONG", last.reply("PING").line());
            }
            try (SocketChannel tooMany = bench.connect()) {
                tooMany.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            assertEquals("+PONG", last.reply("PING").line());
            assertEquals("+OK", last.reply("QUIT").line());
            assertEquals("+PONG", bench.client().reply("PING").line());
        }
    }
}
