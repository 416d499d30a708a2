package io.tailrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.platform.NodeStartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.Test;

/** What is said where a port can't be had: which, why, and what to do. */
class NodePortsTest {
    @Test
    void shouldSayWhatToDoWhereAPortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertEquals(
                    "can't listen on 127.0.0.1:" + port
                            + " (port): Address already in use: another process listens there "
                            + "('ss -ltnp' lists them), end it or set another port",
                    refusal("127.0.0.1", port));
        }
    }

    @Test
    void shouldSayWhichPortsTheShardsNeed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            NodeConfig config = NodeConfig.builder()
                    .set(Setting.PORT, free())
                    .set(Setting.SHARDS, "3")
                    .set(Setting.REPLICATION_PORT, port)
                    .build();
            String refusal = refusal(config);
            assertTrue(
                    refusal.startsWith("can't listen on 127.0.0.1:" + port + " (replication-port, which is " + port
                            + " to " + (port + 2) + ", one of each shard): Address already in use: "),
                    refusal);
        }
    }

    @Test
    void shouldSayThatANameIsNotKnown() throws Exception {
        assertEquals(
                "can't listen on nosuch.invalid:1 (port): no address is known for the name nosuch.invalid: "
                        + "set bind to an address of this machine",
                refusal("nosuch.invalid", 1));
    }

    @Test
    void shouldSayThatAnAddressIsAnotherMachines() throws Exception {
        // of the block for documentation, which no machine has
        assertEquals(
                "can't listen on 192.0.2.1:1 (port): this machine has no such address: "
                        + "set bind to one that it has ('ip address' lists them)",
                refusal("192.0.2.1", 1));
    }

    private static String refusal(String host, int port) throws Exception {
        NodeConfig config = NodeConfig.builder()
                .set(Setting.BIND, host)
                .set(Setting.PORT, port)
                .set(Setting.REPLICATION_PORT, "1025")
                .build();
        return refusal(config);
    }

    private static String refusal(NodeConfig config) {
        try (NodePorts ports = new NodePorts(config, SelectorProvider.provider())) {
            return assertThrows(NodeStartException.class, () -> ports.bind(NodePortsTest::never, NodePortsTest::never))
                    .getMessage();
        }
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static <T> T never(InetSocketAddress address) throws IOException {
        throw new IOException("not asked for");
    }
}
