package io.tailrace.node.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.config.Setting;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.replication.TornMeeting;
import io.tailrace.node.shard.Generation;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardData;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A check that can't fail proves nothing: here each invariant is broken on purpose, and has to be named. */
@Tag("long")
class SabotageTest {
    private static final int STEPS = 1_000;
    private static final int SEEDS = 200;

    private NativeBuffer kept;

    /**
     * Something that is wrong on purpose.
     *
     * @param faults that come beside it, and how often
     */
    private record Sabotage(
            int shards, Map<Fault, Integer> faults, Map<Setting, String> settings, Consumer<Simulation> how) {
        Sabotage(Map<Fault, Integer> faults, Map<Setting, String> settings, Consumer<Simulation> how) {
            this(1, faults, settings, how);
        }

        Profile change(Profile profile) {
            return profile.with(shards, faults, settings);
        }
    }

    @AfterEach
    void free() {
        if (kept != null) {
            kept.close();
        }
    }

    /** Runs seeds until one comes to name it: in some of them there is no occasion, or another one is broken as well. */
    @ParameterizedTest
    @EnumSource(Invariant.class)
    void shouldNameTheInvariantThatIsBroken(Invariant invariant) {
        Sabotage sabotage = sabotage(invariant);
        StringBuilder others = new StringBuilder();
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                Runner.run(seed, STEPS, new Tally(), sabotage::change, sabotage.how());
            } catch (AssertionError e) {
                if (e.getCause() instanceof Violation violation && violation.invariant() == invariant) {
                    assertTrue(e.getMessage().contains(invariant.name()), e.getMessage());
                    assertTrue(e.getMessage().contains("-Dtailrace.simulation.seed=" + seed), e.getMessage());
                    return;
                }
                others.append("\nseed ").append(seed).append(": ").append(e.getCause());
            }
        }
        fail(invariant + " was not named in " + SEEDS + " seeds" + others);
    }

    private Sabotage sabotage(Invariant invariant) {
        return switch (invariant) {
            case SAME_RECORD ->
                quietly(simulation -> simulation
                        .network()
                        .tamper(flow ->
                                Forger.alterRecord(flow, simulation.books().get(0))));
            case NO_INVENTED_RECORD -> quietly(onFollower(shard -> Forger.invent(shard, 0, shard::follow)));
            case CHAIN ->
                quietly(onFollower(
                        shard -> Forger.invent(shard, 1, (index, record) -> append(shard.backlog(), index, record))));
            case FOLD -> quietly(onFollower(shard -> shard.store().clear()));
            case SERVED ->
                quietly(simulation -> simulation
                        .network()
                        .tamper(flow -> Forger.rewrite(
                                flow, Forger::otherMarks, flow.to().isClient())));
            case ATOMIC ->
                new Sabotage(2, Map.of(), Map.of(Setting.PUMP_BUDGET, "1kb", Setting.ACK_REPLICAS, "0"), simulation -> {
                    simulation.askReplicas(true);
                    simulation.sabotage(machine -> {
                        machine.closedLogs().trust();
                        delaySecondShard(simulation);
                        TornMeeting.takeAlone(machine.reactors().get(0));
                    });
                });
            case CLOSED ->
                new Sabotage(
                        2,
                        Map.of(),
                        Map.of(),
                        simulation -> simulation.sabotage(machine ->
                                TornMeeting.takeAlone(machine.reactors().get(0))));
            case REACHED ->
                new Sabotage(2, Map.of(), Map.of(Setting.PUMP_BUDGET, "1kb", Setting.ACK_REPLICAS, "0"), simulation -> {
                    simulation.askReplicas(true);
                    simulation.askForTokens();
                    simulation.sabotage(machine -> delaySecondShard(simulation));
                    simulation
                            .network()
                            .tamper(flow -> Forger.rewrite(
                                    flow, Forger::firstRecords, flow.from().isClient()));
                });
            case ANSWERED ->
                quietly(simulation -> simulation
                        .network()
                        .tamper(flow -> Forger.rewrite(
                                flow, Forger::otherMarks, flow.from().isClient())));
            case ACKNOWLEDGED ->
                new Sabotage(
                        Map.of(),
                        Map.of(Setting.ACK_REPLICAS, "1", Setting.PUMP_BUDGET, "1kb"),
                        simulation -> simulation.network().tamper(flow -> forgeAcks(simulation, flow)));
            case NOTHING_LOST ->
                new Sabotage(
                        Map.of(Fault.KILL, 100, Fault.START, 300),
                        Map.of(
                                Setting.FSYNC, "no",
                                Setting.SNAPSHOT_INTERVAL, "0",
                                Setting.SNAPSHOT_LOG_BYTES, "64mb"),
                        simulation ->
                                simulation.beforeStart(machine -> machine.disk().dropLastRecord()));
            case REWOUND ->
                new Sabotage(
                        Map.of(Fault.FAILOVER, 60),
                        Map.of(Setting.PUMP_BUDGET, "1kb", Setting.ACK_REPLICAS, "0"),
                        simulation -> simulation.sabotage(machine -> {
                            delayRecords(simulation, flow -> flow.from().host().equals("10.0.0.0"));
                            machine.disk().deleteFiles("lost-writes-");
                        }));
            case CONSENTED -> quietly(onFollower(SabotageTest::discardData));
            case DURABLE ->
                new Sabotage(
                        Map.of(Fault.POWER, 60, Fault.START, 300),
                        Map.of(Setting.FSYNC, "always"),
                        simulation -> simulation.sabotage(machine -> {
                            if (simulation.step() > STEPS / 4) {
                                machine.disk().lie();
                            }
                        }));
            case PROMOTED ->
                new Sabotage(
                        Map.of(Fault.FAILOVER, 60),
                        Map.of(Setting.ACK_REPLICAS, "1", Setting.PUMP_BUDGET, "1kb"),
                        simulation -> {
                            String last = "10.0.0." + (simulation.machines().size() - 1);
                            simulation.sabotage(machine -> delayRecords(
                                    simulation, flow -> flow.to().host().equals(last)));
                            simulation.operator().promoteTheGreatest(Comparator.comparing(Machine::host));
                        });
            case HANDED_OVER ->
                new Sabotage(
                        Map.of(Fault.HANDOVER, 200),
                        Map.of(Setting.ACK_REPLICAS, "0", Setting.PUMP_BUDGET, "1kb"),
                        simulation -> {
                            simulation
                                    .network()
                                    .tamper(flow -> Forger.rewrite(flow, Forger::offerWithoutRecords, true));
                            simulation.sabotage(machine -> inventAcks(simulation));
                        });
            case ONE_PRIMARY ->
                new Sabotage(Map.of(Fault.HANDOVER, 600), Map.of(), simulation -> simulation
                        .network()
                        .tamper(flow ->
                                Forger.rewrite(flow, text -> text.replace("+PRIMARY", "-NOHANDOVER no"), true)));
            case STARTS ->
                new Sabotage(
                        Map.of(Fault.KILL, 100, Fault.START, 300),
                        Map.of(),
                        simulation ->
                                simulation.beforeStart(machine -> machine.disk().overwrite("CURRENT", "gen-99")));
            case RUNS ->
                quietly(simulation ->
                        simulation.sabotage(machine -> machine.steps().end(0)));
            case CONVERGES ->
                quietly(simulation ->
                        simulation.sabotage(machine -> simulation.network().cut("10.0.0.0", "10.0.0.1")));
            case FREES ->
                quietly(simulation -> simulation.sabotage(machine -> {
                    if (kept == null) {
                        kept = new NativeBuffer(64);
                    }
                }));
        };
    }

    private static Sabotage quietly(Consumer<Simulation> how) {
        return new Sabotage(Map.of(), Map.of(), how);
    }

    /** A log asserts that it is told the right chain, and does not look at the one in the record. */
    private static void append(Backlog log, long index, RecordView record) {
        long chain = Chain.next(log.lastChain(), record.address(), record.length());
        log.append(index, record.address(), record.length(), chain);
    }

    /** To the shard of a replica that has what the primary has. */
    private static Consumer<Simulation> onFollower(Consumer<Shard> what) {
        return simulation -> simulation.sabotage(machine -> {
            boolean isReplica = !machine.hasEnded() && machine.primary() != null;
            Reactor reactor = isReplica ? machine.reactors().get(0) : null;
            LoggedRecord last = machine.logs().get(0).last();
            boolean isFollowing = reactor != null
                    && last != null
                    && reactor.shard().backlog().lastIndex() == last.index()
                    && reactor.shard().store().keys() > 0
                    && simulation.operator().primary().logs().get(0).last() == last;
            if (isFollowing) {
                what.accept(reactor.shard());
            }
        });
    }

    /** As a node did that was to be copied from scratch, before a byte had come. */
    private static void discardData(Shard shard) {
        try {
            Generation empty = Generation.begin(shard.directory());
            empty.fill(ShardData.empty(empty.directory(), shard.settings()));
            empty.commit();
            empty.activate(shard);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What replicas acknowledge is changed to all there is. */
    private static void forgeAcks(Simulation simulation, Flow flow) {
        Machine primary = simulation.operator().primary();
        LoggedRecord last = primary.logs().get(0).last();
        boolean isToPrimary = flow.to().isReplicationPort() && flow.to().host().equals(primary.host());
        if (isToPrimary && last != null) {
            Forger.acknowledge(flow, last);
        }
    }

    /** From some time on, until somebody else is the primary, some records don't arrive. */
    private static void delayRecords(Simulation simulation, Predicate<Flow> which) {
        boolean isBetween = simulation.step() > STEPS / 4
                && simulation.operator().primary().host().equals("10.0.0.0");
        for (Flow flow : simulation.network().established()) {
            flow.delay(isBetween && flow.from().isReplicationPort() && which.test(flow));
        }
    }

    /** What the primary sends of its second shard arrives now and then only. */
    private static void delaySecondShard(Simulation simulation) {
        boolean isNow = simulation.step() / 100 % 4 != 0;
        for (Flow flow : simulation.network().established()) {
            flow.delay(isNow
                    && flow.from().isReplicationPort()
                    && flow.from().local().getPort() != Machine.REPLICATION_PORT);
        }
    }

    /** While the role is handed over no record arrives anywhere, and acknowledgements come that nobody sent. */
    private static void inventAcks(Simulation simulation) {
        Machine primary = simulation.operator().primary();
        LoggedRecord last = primary.logs().get(0).last();
        boolean isHandingOver = simulation.operator().isHandingOver();
        for (Flow flow : simulation.network().established()) {
            flow.delay(isHandingOver && flow.from().isReplicationPort());
            boolean isToPrimary =
                    flow.to().isReplicationPort() && flow.to().host().equals(primary.host());
            boolean isIdle = flow.begun().length > 0 && flow.bytes().isEmpty();
            if (isHandingOver && isToPrimary && last != null && isIdle) {
                flow.bytes().add(Forger.acknowledgement(last));
            }
        }
    }
}
