package io.tailrace.tools;

import io.tailrace.node.Node;
import io.tailrace.node.config.LogConfig;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.log.ProcessLog;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.platform.NodeStartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tailrace node}: runs a node in this process until a signal or a client's SHUTDOWN ends it. Its settings' flags come from {@link SettingOptions}. */
@Command(
        name = "node",
        description = "Runs a node: a primary, or a replica with --replicaof.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "  tailrace node",
            "  tailrace node --port 6380 --data-dir replica-data --replicaof 127.0.0.1:6379",
            "  tailrace node --config /etc/tailrace/tailrace.properties --log-level verbose",
            "",
            "Sizes take Redis's units: k, m and g are powers of 1000; kb, mb and gb of 1024.",
            "Each setting is also an environment variable (--segment-size is TAILRACE_SEGMENT_SIZE) and a key in",
            "the file. Flags win over the environment, the environment over the file, the file over the defaults.",
            "SIGTERM and SIGINT end the node in order, with exit code 0. SIGHUP has it read the certificates and",
            "keys of TLS again and does not end it."
        })
final class NodeCommand implements Callable<Integer> {

    /** Starts a node; tests put another one in the place of {@link Node#launch}. */
    interface Launch {
        Node launch(NodeConfig config, Runnable beforeServing) throws NodeStartException;
    }

    private static final long START_SECONDS = 30;

    private final Map<String, String> environment;
    private final Launch launch;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            order = -1,
            description = "properties file with any of these settings")
    private Path file;

    NodeCommand() {
        this(System.getenv(), Node::launch);
    }

    NodeCommand(Map<String, String> environment, Launch launch) {
        this.environment = environment;
        this.launch = launch;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        NodeConfig config = CommandSettings.read(spec, file, environment);
        openLog(config);
        NodeSignals signals = new NodeSignals();
        try (OrderlyExit exit = new OrderlyExit()) {
            Node node = launch(config, exit);
            signals.cover(node.settings());
            node.settings()
                    .add((next, named) ->
                            () -> ProcessLog.level(LogConfig.of(next).level()));
            SystemdNotice notice = SystemdNotice.of(environment);
            notice.ready(node::haveShardsTurned);
            return node.awaitTermination() ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (NodeStartException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, e.getMessage());
        } finally {
            ProcessLog.close();
        }
    }

    private Node launch(NodeConfig config, OrderlyExit exit) throws NodeStartException {
        CompletableFuture<Node> launched = new CompletableFuture<>();
        exit.cover(NodeCommand::stopStarting);
        try {
            Node node = launch.launch(config, () -> exit.cover(() -> stop(launched)));
            launched.complete(node);
            return node;
        } finally {
            // where it was not: nobody waits for it any more
            launched.cancel(false);
        }
    }

    /** A node that may have taken writes is stopped in order, and for that its start is waited for, of which little is left. */
    private static void stop(CompletableFuture<Node> launched) {
        try {
            launched.get(START_SECONDS, TimeUnit.SECONDS).shutdown("a signal");
        } catch (CancellationException | ExecutionException e) {
            LoggerFactory.getLogger(Node.class).debug("the start has failed meanwhile");
        } catch (TimeoutException e) {
            LoggerFactory.getLogger(Node.class)
                    .error("the start has not ended after {} s: stopped as it is", START_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stopStarting() {
        Logger log = LoggerFactory.getLogger(Node.class);
        log.info("stopping before the start is complete: a signal");
        log.info("stopped while loading; no write was accepted, and the next start loads the same data");
    }

    /** The log of a process that runs for long has a thread that writes it; the caller closes it. */
    static void openLog(NodeConfig config) throws CommandFailure {
        LogConfig log = LogConfig.of(config);
        try {
            ProcessLog.level(log.level());
            ProcessLog.open(log.format(), log.target());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE, "can't open log-file " + log.target().path() + ": " + FileFailure.of(e));
        }
    }
}
