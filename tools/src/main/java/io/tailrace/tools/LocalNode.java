package io.tailrace.tools;

import io.tailrace.node.Node;
import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.log.LogLevel;
import io.tailrace.node.log.ProcessLog;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A node in this process, for as long as a command works on its data directory. It listens on the loopback address, and lets nobody in who
 * has not the password that only this process knows. One thread.
 */
final class LocalNode implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Node node;
    private final int port;
    private final String password = NewId.create();

    /** Starts it. */
    LocalNode(Path directory, int shards) throws IOException {
        ProcessLog.level(LogLevel.WARNING);
        port = FreePorts.find(shards);
        try {
            node = Node.launch(NodeConfig.builder()
                    .set(Setting.PORT, Integer.toString(port), "import")
                    .set(Setting.DATA_DIR, directory.toString(), "import")
                    .set(Setting.SHARDS, Integer.toString(shards), "import")
                    .set(Setting.MAX_VALUE_SIZE, "256mb", "import")
                    .set(Setting.REQUIREPASS, password, "import")
                    // the stop forces all of it
                    .set(Setting.FSYNC, "no", "import")
                    .build());
        } catch (NodeStartException | ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    RespClient connect() throws IOException {
        RespClient client = new RespClient(port, LIMIT);
        client.call("AUTH", password);
        return client;
    }

    /** Ends it in order: with all on the disk, and a snapshot. */
    @Override
    public void close() throws IOException {
        node.shutdown("the import is over");
        try {
            if (!node.awaitTermination()) {
                throw new IOException("the node has failed; its log says why");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
