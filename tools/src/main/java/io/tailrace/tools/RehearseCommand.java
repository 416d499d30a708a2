package io.tailrace.tools;

import io.tailrace.node.Node;
import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.NodeConfigBuilder;
import io.tailrace.node.config.Setting;
import io.tailrace.node.log.ProcessLog;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.tools.demo.AwaitException;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.TemporaryDirectory;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * {@code tailrace rehearse}: nodes' whole lives in this process, short, so that the JVM that the launcher has told to archive its classes
 * at exit loads those that a node will want: alone, started again with data, as a primary and its replica, and with several shards. Not
 * for people; the build runs it.
 */
@Command(name = "rehearse", hidden = true, description = "Starts and stops nodes in a temporary directory.")
final class RehearseCommand implements Callable<Integer> {
    private static final int SHARDS = 2;

    /** What is done while a node lives. */
    @FunctionalInterface
    private interface Part {
        void play() throws IOException, NodeStartException, InterruptedException;
    }

    @Option(names = "--only-used", description = "leave out classes and lambdas that the rehearsal does not come by")
    private boolean isOnlyUsed;

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        try (TemporaryDirectory data = new TemporaryDirectory("tailrace-rehearse-")) {
            int port = FreePorts.find(1);
            NodeConfig alone = config(port, data.path().resolve("alone")).build();
            NodeCommand.openLog(alone);
            live(alone, () -> use(port));
            int replica = FreePorts.find(1);
            NodeConfig following = config(replica, data.path().resolve("following"))
                    .set(Setting.REPLICAOF, "127.0.0.1:" + port, "rehearse")
                    .build();
            // what it begins with are a snapshot and a log
            live(alone, () -> live(following, () -> follow(port, replica)));
            int several = FreePorts.find(SHARDS);
            NodeConfig shards = config(several, data.path().resolve("shards"))
                    .set(Setting.SHARDS, Integer.toString(SHARDS), "rehearse")
                    .build();
            live(shards, () -> spread(several));
            if (!isOnlyUsed) {
                ClassLoading.all(List.of(Node.class, QueueIndex.class, SnapshotHeader.class));
            }
            return ExitCode.OK;
        } catch (IOException | AwaitException | NodeStartException | ConfigException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, e.getMessage());
        } finally {
            ProcessLog.close();
        }
    }

    private static NodeConfigBuilder config(int port, Path data) throws ConfigException {
        return NodeConfig.builder()
                .set(Setting.PORT, Integer.toString(port), "rehearse")
                .set(Setting.DATA_DIR, data.toString(), "rehearse")
                .set(Setting.SEGMENT_SIZE, "1mb", "rehearse")
                .set(Setting.LOG_LEVEL, "warning", "rehearse");
    }

    private static void live(NodeConfig config, Part part)
            throws IOException, NodeStartException, InterruptedException {
        Node node = Node.launch(config);
        try {
            part.play();
        } finally {
            node.shutdown("the rehearsal is over");
            node.awaitTermination();
        }
    }

    private static void use(int port) throws IOException {
        try (Rehearsal client = new Rehearsal(port)) {
            client.commands();
            client.snapshot();
            client.drop();
            client.commands();
        }
    }

    private static void follow(int port, int replica) throws IOException {
        try (Rehearsal primary = new Rehearsal(port);
                Rehearsal follower = new Rehearsal(replica)) {
            follower.followed();
            primary.drop();
            primary.commands();
            follower.promote();
        }
    }

    private static void spread(int port) throws IOException {
        try (Rehearsal client = new Rehearsal(port)) {
            client.spread();
        }
    }
}
