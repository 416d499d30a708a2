package io.tailrace.node.cores;

import io.tailrace.node.config.Cores;
import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.NodeStartException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import net.openhft.affinity.Affinity;
import net.openhft.affinity.impl.LinuxHelper;
import net.openhft.affinity.impl.NullAffinity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processors of a node's threads. A thread inherits those of the thread that made it, so whatever a pinned thread makes would
 * run on its processor: helpers are given theirs when they start, and what the JVM and libraries have started by
 * themselves - collector, compiler, cleaners - is moved once the node has started. Any thread.
 */
public final class NodeCores {
    private static final Logger LOG = LoggerFactory.getLogger(NodeCores.class);
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final String ALLOWED = "Cpus_allowed_list:";

    private final CorePlan plan;
    private final BitSet allowed;
    private final boolean isStrict;
    /** With a sync for each write clients wait for the disk thread. */
    private final boolean isWaitedForHelpers;
    /** Of the kernel. */
    private final Set<Integer> shardThreads = ConcurrentHashMap.newKeySet();
    /** Processors by shard. */
    private final Map<Integer, Integer> pinned = new ConcurrentSkipListMap<>();

    /** @param allowed the processors that the process started with; none where nothing is asked for */
    private NodeCores(CorePlan plan, BitSet allowed, NodeConfig config) {
        this.plan = plan;
        this.allowed = allowed;
        isStrict = config.isCoresStrict();
        isWaitedForHelpers = config.fsync() == FsyncPolicy.ALWAYS;
    }

    /**
     * As the settings say, among the processors that the calling thread may use.
     *
     * @throws NodeStartException with {@code cores-strict}, when that can't be
     */
    public static NodeCores of(NodeConfig config) throws NodeStartException {
        boolean isWished =
                config.cores().kind() != Cores.Kind.NONE || config.helperCores().kind() != Cores.Kind.NONE;
        BitSet allowed = isWished ? Affinity.getAffinity() : new BitSet();
        NodeCores cores = new NodeCores(CorePlan.of(config, allowed), allowed, config);
        if (cores.plan.problem() != null) {
            cores.complain(cores.plan.problem());
        }
        return cores;
    }

    private void complain(String problem) throws NodeStartException {
        if (isStrict) {
            throw new NodeStartException("can't start because cores-strict is yes: " + problem);
        }
        LOG.warn("threads are not pinned as configured: {}", problem);
    }

    /** Pins the calling thread, a shard's, as planned; with {@code cores-strict} it is pinned, or the start ends. */
    public CorePin pin(int shard) throws NodeStartException {
        Scheduling.asShard();
        if (isMoving()) {
            // it has started as a helper
            Affinity.setAffinity(allowed);
            shardThreads.add(Affinity.getThreadId());
        }
        if (plan.shards().isEmpty()) {
            return CorePin.UNPINNED;
        }
        try {
            CorePin pin = CorePin.pin(plan.shards().get(shard));
            pinned.put(shard, pin.processor());
            return pin;
        } catch (PinException e) {
            complain("shard " + shard + ": " + e.getMessage());
            return CorePin.UNPINNED;
        }
    }

    /** On the thread that loads a shard's data, which has the shard's processor as long as the shard itself has little to do. */
    public void onLoaderStart(int shard) {
        if (isMoving() && pinned.containsKey(shard)) {
            Affinity.setAffinity(pinned.get(shard));
        }
    }

    /** On a helper's thread, first of all. */
    public void onHelperStart() {
        if (isWaitedForHelpers) {
            Scheduling.asOther();
        } else {
            Scheduling.asHelper();
        }
        if (isMoving()) {
            Affinity.setAffinity(plan.helpers());
        }
    }

    private boolean isMoving() {
        return plan.helpers() != null && !(Affinity.getAffinityImpl() instanceof NullAffinity);
    }

    /** Moves every other thread of the process off the shards' processors, once the shards' threads are pinned. */
    public void moveOthers() {
        if (!isMoving() || !Files.isDirectory(TASKS)) {
            return;
        }
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                int id = Integer.parseInt(task.getFileName().toString());
                if (!shardThreads.contains(id)) {
                    move(task, id);
                }
            }
        } catch (IOException e) {
            LOG.warn("can't list the threads of the process: {}", e.getMessage());
        }
    }

    private void move(Path task, int id) {
        try {
            BitSet now = ProcessorList.parse(Files.readAllLines(task.resolve("status")).stream()
                    .filter(line -> line.startsWith(ALLOWED))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no line " + ALLOWED))
                    .substring(ALLOWED.length()));
            if (!now.equals(plan.helpers())) {
                LinuxHelper.sched_setaffinity(id, plan.helpers());
            }
        } catch (IOException | IllegalStateException e) {
            // it has ended meanwhile
            LOG.debug("thread {} is not moved: {}", id, e.getMessage());
        }
    }

    /** Where threads that are no shard's run: a list of processors, or an empty text for any. */
    public String helpers() {
        return plan.helpers() == null ? "" : ProcessorList.text(plan.helpers());
    }

    /** Which shard runs where, for the line of the start; an empty text where nothing was asked for. */
    public String text() {
        if (allowed.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        pinned.forEach((shard, processor) -> text.append("shard ")
                .append(shard)
                .append(" on processor ")
                .append(processor)
                .append(", "));
        if (pinned.isEmpty()) {
            text.append("no shard is pinned, ");
        }
        return text.append("other threads on ")
                .append(helpers().isEmpty() ? "any" : helpers())
                .toString();
    }
}
