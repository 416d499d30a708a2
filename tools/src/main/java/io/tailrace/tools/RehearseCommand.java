package io.tailrace.tools;

import io.tailrace.node.Node;
import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.log.ProcessLog;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.demo.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/**
 * {@code tailrace rehearse}: a node's whole life in this process, short, so that the JVM that the launcher has told to
 * archive its classes at exit loads those that a node will want. Not for people; the build runs it.
 */
@Command(name = "rehearse", hidden = true, description = "Starts and stops a node in a temporary directory.")
final class RehearseCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        try (TemporaryDirectory data = new TemporaryDirectory("tailrace-rehearse-")) {
            int port = FreePorts.find(1);
            NodeConfig config = config(port, data.path());
            NodeCommand.openLog(config);
            Node node = Node.launch(config);
            try {
                useIt(port);
            } finally {
                node.shutdown("the rehearsal is over");
                node.awaitTermination();
            }
            return ExitCode.OK;
        } catch (IOException | NodeStartException | ConfigException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, e.getMessage());
        } finally {
            ProcessLog.close();
        }
    }

    private static NodeConfig config(int port, Path data) throws ConfigException {
        return NodeConfig.builder()
                .set(Setting.PORT, Integer.toString(port), "rehearse")
                .set(Setting.DATA_DIR, data.toString(), "rehearse")
                .set(Setting.SEGMENT_SIZE, "1mb", "rehearse")
                .set(Setting.LOG_LEVEL, "warning", "rehearse")
                .build();
    }

    private static void useIt(int port) throws IOException {
        try (RespClient client = new RespClient(port, LIMIT)) {
            client.call("SET", "key", "value", "PX", 100_000);
            client.call("MULTI");
            client.call("INCR", "counter");
            client.call("DEL", "key");
            client.call("EXEC");
            client.call("GET", "counter");
            client.call("INFO");
            client.call("CONFIG", "GET", "*");
        }
    }
}
