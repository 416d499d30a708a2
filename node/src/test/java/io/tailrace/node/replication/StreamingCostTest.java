package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.ShardBench;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pump does for a replica that follows closely: after each record, the next one. */
class StreamingCostTest {
    private static final int STEPS = 3_000;
    private static final int ENOUGH = 1 << 20;

    @TempDir
    private Path dir;

    @Test
    @DisplayName("kevy's bug 17: the whole backlog was gone through at each poll")
    void shouldNotGoThroughTheLogAgainForEachRecord() throws Exception {
        for (int records : new int[] {100, 20_000}) {
            assertEquals(
                    1 + STEPS,
                    readsFor(dir.resolve("after-" + records), records),
                    "to where the replica is, and to each record once, after " + records);
        }
    }

    /** How often the log is read to write and stream one record after the other at its end. */
    private static long readsFor(Path directory, int records) throws Exception {
        try (ShardBench bench = new ShardBench(directory, 16 << 20, 64 << 20).begin();
                ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            for (int i = 0; i < records; i++) {
                bench.set("key", "value");
            }
            PeerChannel peer = new PeerChannel(SocketChannel.open(listener.getLocalAddress()), null, false);
            try (RecordSender sender =
                    new RecordSender(bench.shard(), bench.shard().backlog().lastIndex(), false)) {
                AckLag lag = new AckLag();
                for (int i = 0; i < STEPS; i++) {
                    assertEquals(0, sender.fill(peer, lag, ENOUGH, ENOUGH));
                    bench.set("key", "value");
                    assertTrue(sender.fill(peer, lag, ENOUGH, ENOUGH) > 0);
                    assertEquals(bench.shard().backlog().lastIndex(), sender.index());
                    peer.output().drained(peer.output().pending());
                }
                return sender.reads();
            } finally {
                peer.close();
            }
        }
    }
}
