package io.tailrace.node.command;

import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.NodeConfigBuilder;
import io.tailrace.node.config.Setting;
import io.tailrace.node.platform.Background;
import io.tailrace.node.pubsub.SubscribedTopics;
import io.tailrace.node.report.NodeMetrics;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.security.AclException;
import io.tailrace.node.security.Security;
import io.tailrace.node.services.ClientPause;
import io.tailrace.node.services.HandoverServices;
import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.watch.Diagnostics;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A node as a test wants it to look. For one test thread. */
public final class FakeNode implements NodeServices {
    static final String NEW_HISTORY = "b".repeat(40);

    final AtomicInteger clients = new AtomicInteger();
    final FakeHandover handover = new FakeHandover();
    HostPort primary;
    String asked = "";
    String promotionProblem;
    LoadStatus loading;

    private boolean isForcePending;
    private final LiveSettings settings;
    private final CommandTable commands = StandardCommands.create();
    private final Security security;
    private final ClientPause clientPause = new ClientPause();
    private final NodeScripts scripts;
    private final SubscribedTopics topics = new SubscribedTopics();
    private final Diagnostics diagnostics = new Diagnostics();
    private final NodeMetrics metrics;
    private final int shardCount;
    private long clientIds;

    public FakeNode(int shardCount) {
        this(shardCount, Map.of());
    }

    FakeNode(int shardCount, Map<Setting, String> more) {
        this.shardCount = shardCount;
        scripts = new NodeScripts(shardCount, System::nanoTime);
        metrics = new NodeMetrics(shardCount);
        try {
            NodeConfigBuilder config = NodeConfig.builder()
                    .set(Setting.SHARDS, shardCount)
                    .set(Setting.MAX_VALUE_SIZE, CommandBench.MAX_VALUE);
            for (Map.Entry<Setting, String> each : more.entrySet()) {
                config.set(each.getKey(), each.getValue());
            }
            settings = new LiveSettings(config.build());
            security = Security.open(settings, commands.catalogue(), Background.THREADS);
        } catch (ConfigException | AclException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public LiveSettings settings() {
        return settings;
    }

    @Override
    public Security security() {
        return security;
    }

    /** How many clients there are. */
    public AtomicInteger clients() {
        return clients;
    }

    public CommandTable commands() {
        return commands;
    }

    @Override
    public ClientPause clientPause() {
        return clientPause;
    }

    @Override
    public NodeScripts scripts() {
        return scripts;
    }

    @Override
    public Diagnostics diagnostics() {
        return diagnostics;
    }

    @Override
    public SubscribedTopics topics() {
        return topics;
    }

    @Override
    public void publishReport(ShardServices shard) {
        metrics.publish(shard);
    }

    public NodeMetrics metrics() {
        return metrics;
    }

    @Override
    public LoadStatus loading() {
        return loading;
    }

    @Override
    public String runId() {
        return "a".repeat(40);
    }

    @Override
    public String nodeId() {
        return "test-node";
    }

    @Override
    public String version() {
        return "0.1.0";
    }

    @Override
    public String helperProcessors() {
        return "";
    }

    @Override
    public long startEpochMs() {
        return 0;
    }

    @Override
    public int shardCount() {
        return shardCount;
    }

    @Override
    public HostPort primary() {
        return primary;
    }

    @Override
    public void replicaOf(HostPort newPrimary, boolean isForced) {
        primary = newPrimary;
        isForcePending = isForced;
        asked += "follow " + newPrimary + (isForced ? " forced;" : ";");
    }

    @Override
    public boolean revokeForce() {
        boolean wasPending = isForcePending;
        isForcePending = false;
        asked += wasPending ? "revoke force;" : "";
        return wasPending;
    }

    @Override
    public void promote(Consumer<String> answer) {
        if (promotionProblem == null) {
            primary = null;
            asked += "promote;";
        }
        answer.accept(promotionProblem);
    }

    @Override
    public void promoteNow() throws IOException {
        if (promotionProblem != null) {
            throw new IOException(promotionProblem);
        }
        primary = null;
        asked += "promote now;";
    }

    @Override
    public void shutdown(boolean isOrderly, String reason) {
        asked += isOrderly ? "shutdown;" : "shutdown at once;";
    }

    @Override
    public HandoverServices handover() {
        return handover;
    }

    @Override
    public long nextClientId() {
        return ++clientIds;
    }

    @Override
    public void clientClosed() {
        clients.decrementAndGet();
    }

    @Override
    public int clientCount() {
        return clients.get();
    }
}
