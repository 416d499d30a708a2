package io.tailrace.node.simulation;

import io.tailrace.node.DrivenNode;
import io.tailrace.node.Node;
import io.tailrace.node.Platform;
import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.NodeConfigBuilder;
import io.tailrace.node.config.Setting;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.handshake.HistoryPosition;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;

/** One machine of the simulation: its disk, and the process on it when there is one. */
final class Machine {
    static final int PORT = 6379;
    /** Of the first shard. */
    static final int REPLICATION_PORT = PORT + 10_000;

    static final int MAX_SHARDS = 8;

    /** What the simulation tells a machine of the world. */
    interface World {
        /** The time, by which no clock goes. */
        long micros();

        String newId();

        SplittableRandom random();

        Network network();

        Trace trace();

        /** Its clock is about to be set, or was set. */
        void jumped(Machine machine);

        /** Its node is about to be gone. */
        void ended(Machine machine);
    }

    private final World world;
    private final String host;
    private final Disk disk;
    private final Map<Setting, String> settings;
    private final List<LogWatch> logs;
    private final ClosedLogs closed;
    private Node node;
    private Steps steps;
    private HostSockets sockets;
    private Locator locator;
    private int crashIn = Integer.MAX_VALUE;
    private int crashInParts = Integer.MAX_VALUE;
    private long aheadMicros;
    private boolean isOn = true;
    private boolean isCrashed;
    private boolean isStruck;
    private boolean hasDied;
    private boolean isPowerFailing;

    Machine(World world, String host, Path directory, Map<Setting, String> settings, List<LogWatch> logs)
            throws IOException {
        this.world = world;
        this.host = host;
        this.settings = settings;
        this.logs = logs;
        disk = new Disk(directory);
        closed = new ClosedLogs(this, Integer.parseInt(settings.get(Setting.SHARDS)));
    }

    /** What its clock shows, in microseconds since the epoch. */
    long micros() {
        return world.micros() + aheadMicros;
    }

    /** Sets its clock. */
    void jump(long byMicros) {
        world.jumped(this);
        aheadMicros += byMicros;
        world.trace().event(host + "'s clock jumps by " + byMicros / 1_000 + " ms");
        world.jumped(this);
    }

    String host() {
        return host;
    }

    HostPort address() {
        return new HostPort(host, PORT);
    }

    Disk disk() {
        return disk;
    }

    List<LogWatch> logs() {
        return logs;
    }

    ClosedLogs closedLogs() {
        return closed;
    }

    boolean isRunning() {
        return node != null;
    }

    /** Whether the machine has power, whatever runs on it. */
    boolean isOn() {
        return isOn;
    }

    Steps steps() {
        return steps;
    }

    Locator locator() {
        return locator;
    }

    /** Whom the node follows, or null. */
    HostPort primary() {
        return node.primary();
    }

    List<Reactor> reactors() {
        return DrivenNode.reactors(node);
    }

    /** Whether it is a primary that is about to hand over. */
    boolean isHandingOver() {
        return node.handover().isUnderWay();
    }

    /** Why the primary refuses this node, for whichever shard that is, or null. */
    String refusal() {
        for (Reactor reactor : reactors()) {
            var link = reactor.services().replication().link();
            if (link != null && link.refusedReason() != null) {
                return link.refusedReason();
            }
        }
        return null;
    }

    /** Starts a process. Returns null, or why it did not start. */
    String start() {
        isOn = true;
        world.network().up(host, true);
        isCrashed = false;
        isStruck = false;
        steps = new Steps(world::micros);
        sockets = new HostSockets(world.network(), host, this::reached);
        locator = new Locator(sockets, world::micros);
        Platform platform = new Platform(
                this::micros, world::micros, world::newId, sockets, locator, disk.open(this::reached), steps);
        try {
            node = DrivenNode.launch(config(), platform);
            return null;
        } catch (NodeStartException | SimulatedCrash e) {
            end(false);
            return String.valueOf(e.getMessage());
        }
    }

    private NodeConfig config() {
        NodeConfigBuilder builder = NodeConfig.builder();
        try {
            for (Map.Entry<Setting, String> setting : settings.entrySet()) {
                builder.set(setting.getKey(), setting.getValue(), "simulation");
            }
            return builder.set(Setting.BIND, host, "simulation")
                    .set(Setting.PROTECTED_MODE, "no", "simulation")
                    .set(Setting.PORT, Integer.toString(PORT), "simulation")
                    .set(Setting.DATA_DIR, disk.root().toString(), "simulation")
                    .build();
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Within a step of the node, where it meets such a point. */
    void reached(FaultPoint point) {
        boolean isPart = point == FaultPoint.PART_LOGGED || point == FaultPoint.PART_TAKEN;
        if (isPart && --crashInParts == 0) {
            crashIn = 0;
        }
        reached(point.text());
    }

    private void reached(String where) {
        if (isCrashed) {
            return;
        }
        boolean isStruckNow = --crashIn <= 0;
        if (isStruckNow || where.equals(HostSockets.USE)) {
            look();
        }
        if (isStruckNow) {
            world.trace().event(host + (isPowerFailing ? " loses its power at: " : " is killed at: ") + where);
            isStruck = true;
            detach(isPowerFailing);
            throw new SimulatedCrash(where);
        }
    }

    /** Within a step, which the process may not survive: what it has logged may be on its way to others already. */
    private void look() {
        if (node == null) {
            return;
        }
        List<Reactor> reactors = reactors();
        for (int i = 0; i < reactors.size(); i++) {
            Reactor reactor = reactors.get(i);
            logs.get(i).look(reactor.shard(), isPrimary(reactor), () -> isPromotionPending(reactor));
        }
    }

    private static boolean isPrimary(Reactor reactor) {
        return reactor.services().replication().ownsLog();
    }

    /** Without a link it is about to take over, if it is no primary. */
    private static boolean isPromotionPending(Reactor reactor) {
        return reactor.services().replication().link() == null;
    }

    /** Kills the process, or the machine, after it has met the world this many times more. */
    void crashIn(int uses, boolean byPower) {
        crashIn = uses;
        isPowerFailing = byPower;
    }

    /** Kills it when it has logged, or taken, this many parts of transactions more. */
    void crashInParts(int parts, boolean byPower) {
        crashInParts = parts;
        isPowerFailing = byPower;
    }

    private void detach(boolean withMachine) {
        isCrashed = true;
        crashIn = Integer.MAX_VALUE;
        crashInParts = Integer.MAX_VALUE;
        steps.kill();
        sockets.kill(withMachine);
        disk.freeze();
    }

    /** Whether the process died in the middle of something. */
    boolean isStruck() {
        return isStruck;
    }

    /** Ends a process that was killed, or kills it now, and frees what it held. Returns what the disk lost. */
    String end(boolean byPower) {
        boolean isByPower = isStruck ? isPowerFailing : byPower;
        if (!isCrashed) {
            detach(isByPower);
        }
        hasDied = true;
        bury();
        isPowerFailing = false;
        if (!isByPower) {
            closed.killed();
            logs.forEach(LogWatch::killed);
            return "nothing";
        }
        isOn = false;
        world.network().up(host, false);
        logs.forEach(LogWatch::lostPower);
        return disk.losePower(world.random());
    }

    boolean hasBackup() {
        return disk.hasBackup();
    }

    /** Copies the directory of a machine that is down. */
    void backUp() {
        disk.backUp();
    }

    /**
     * The directory of a machine that is down is empty from now on.
     *
     * @param isRestored or is what {@link #backUp} has copied
     */
    void loseDirectory(boolean isRestored) {
        if (isRestored) {
            disk.restore();
        } else {
            disk.wipe();
        }
        logs.forEach(LogWatch::directoryLost);
    }

    /** The log, by a record of it, that a shard may give its data up for by an operator's order; null for none. */
    LoggedRecord forcedTo(int shard, LogBook book) {
        for (String text : disk.texts("node.properties")) {
            Properties remembered = new Properties();
            try {
                remembered.load(new StringReader(text));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            String to = remembered.getProperty("forced-to-shard-" + shard);
            if (to != null) {
                HistoryPosition position = HistoryPosition.parse(to);
                return book.find(position.index(), position.chain());
            }
        }
        return null;
    }

    /** Stops the process in order; may be killed in it. */
    void stop() {
        try {
            node.shutdown("the simulation stops it");
        } catch (SimulatedCrash e) {
            assert isStruck;
        }
        boolean isFirst = !hasDied;
        end(false);
        hasDied = isStruck || !isFirst;
    }

    /** Whether any process here did not end in order: then nobody counts the memory that it left. */
    boolean hasDied() {
        return hasDied;
    }

    /** The node ended by itself. */
    boolean hasEnded() {
        return !steps.isAlive();
    }

    private void bury() {
        if (node != null) {
            world.ended(this);
            Node ended = node;
            node = null;
            ended.shutdown(false, "it was killed");
        }
        steps.bury();
    }

    List<Runnable> runnable(List<String> names) {
        List<Runnable> runnable = new ArrayList<>(steps.runnable(names));
        Runnable question = locator.runnable();
        if (question != null) {
            names.add("locator");
            runnable.add(question);
        }
        return runnable;
    }

    /** Whether a file of writes that were rolled back has the one with this mark. */
    boolean hasSaved(String mark) {
        return disk.texts("lost-writes-").stream().anyMatch(text -> text.contains(mark));
    }

    /** Generations of data that were replaced and are kept as they were. */
    int keptGenerations() {
        return disk.texts("KEPT").size();
    }

    /** Compares what the node has with what it may have. */
    void check() {
        List<Reactor> reactors = reactors();
        for (int i = 0; i < reactors.size(); i++) {
            Reactor reactor = reactors.get(i);
            logs.get(i).check(reactor.shard(), isPrimary(reactor), () -> isPromotionPending(reactor));
        }
        closed.check();
    }

    @Override
    public String toString() {
        return host;
    }
}
