package io.tailrace.node.simulation;

import io.tailrace.node.config.Setting;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A primary, its replicas, the network and the disks between them, clients and an operator, in one thread on one clock. A seed
 * decides about everything: who takes the next step, what arrives when, what breaks. After each step of a node its log and its
 * store are compared with what they may be; at the end everything is repaired, and the nodes have to come together.
 *
 * <pre>
 *  step:  time continues a little
 *         one of:  a node's duty cycle | a background thread's next part | bytes arrive | a client | the operator | a fault
 *         the invariants of the node that did something
 * </pre>
 *
 * <pre>
 *  fault                        how it is made
 *  delay                        a flow's bytes wait until its turn comes by chance (Flow), time may leap meanwhile (PAUSE)
 *  reorder across connections   any flow may be next, an old connection's after those of a newer one (Network)
 *  drop                         a reset, or a machine without power, takes a part of what was sent with it (RESET, POWER);
 *                               a SYN into a dead machine is never answered
 *  duplicate                    nothing comes twice on one connection, as TCP sees to it; a replica's handshake and what it sent
 *                               next come again on another one, which nobody reads (REPEAT); what was sent before a reset
 *                               and not acknowledged is sent again, and both may arrive (RESET)
 *  short reads, partial writes  by chance, at any byte (SimulatedChannel), also as the window is small (Profile)
 *  partition                    hosts don't reach each other, connections stand and lose nothing (CUT until HEAL)
 *  kill between steps           the process is gone, its kernel ends its connections (KILL)
 *  kill at any step             at one of the next uses of a socket or a file, within whatever it does then (CRASH); with several
 *                               shards at a fault point, too, and between the parts of a transaction (TEAR)
 *  loss of power                a kill, and what was not forced is lost by name and by content, or not (POWER, CRASH)
 *  disk full                    nothing can be made or grow (DISK, Mood.FULL)
 *  disk error                   writes, syncs and renames fail (DISK, Mood.FAILING until REPAIR)
 *  slow disk                    the step that waits for it is not taken for long, others are
 *  stop and start               in order (STOP), again on what is there (START)
 *  clocks that differ           each machine has its own (Machine), which jumps by up to an hour (CLOCK)
 *  promotion                    of the most advanced that runs, while the old primary may live on (FAILOVER)
 *  planned handover             to one replica or the best, by force, ended half way (HANDOVER)
 *  chain                        a replica below a replica, and back (CHAIN)
 *  loss of a directory          it is empty at the next start, or an older copy of it (LOSE)
 * </pre>
 */
final class Simulation implements AutoCloseable {
    /** How the hosts of clients begin. */
    static final String CLIENTS = "10.1.0.";

    private static final long BEGIN_MICROS = 1_700_000_000_000_000L;

    private final long seed;
    private final SplittableRandom random;
    private final Profile profile;
    private final Trace trace = new Trace();
    private final Network network;
    private final Path directory;
    private final NodeLog log;
    private final Tally tally;
    private final List<Machine> machines = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<LogBook> books = new ArrayList<>();
    private final List<LogWitness> witnesses = new ArrayList<>();
    private final Operator operator;
    private final Pledges pledges = new Pledges(this);
    private final Faults faults;
    private final long bytesBefore = NativeBuffer.liveBytes();
    private long micros = BEGIN_MICROS;
    private int step;
    private int replicasAskedOfFour = 1;
    private boolean isTokenWanted;
    private Consumer<Machine> saboteur = machine -> {};
    private Consumer<Machine> nightWatch = machine -> {};
    /** The one that does something now, or did last. */
    private Machine acting;

    /** @param setting changes what the seed would set up */
    Simulation(long seed, int steps, UnaryOperator<Profile> setting, Path directory, NodeLog log, Tally tally)
            throws IOException {
        this.seed = seed;
        this.log = log;
        this.tally = tally;
        this.directory = directory;
        random = new SplittableRandom(seed);
        profile = setting.apply(Profile.of(random, steps));
        network = new Network(random.split());
        network.window(profile.window());
        for (int shard = 0; shard < profile.shards(); shard++) {
            books.add(new LogBook());
        }
        for (int i = 0; i < profile.machines(); i++) {
            machines.add(machine(i));
        }
        for (int i = 0; i < profile.clients(); i++) {
            clients.add(
                    new Client(new ClientWorld(this), i, new HostSockets(network, CLIENTS + i, where -> {}), profile));
        }
        operator = new Operator(this, new HostSockets(network, "10.2.0.0", where -> {}), machines.get(0));
        faults = new Faults(this, profile.rates());
        if (profile.shards() > 1) {
            Thread own = Thread.currentThread();
            FaultPoint.watch(point -> {
                if (Thread.currentThread() == own && acting != null) {
                    acting.reached(point);
                }
            });
        }
    }

    private Machine machine(int number) throws IOException {
        String host = "10.0.0." + number;
        List<LogWatch> logs = new ArrayList<>();
        Map<Setting, String> settings = new java.util.EnumMap<>(profile.settings());
        if (number > 0) {
            settings.put(Setting.REPLICAOF, "10.0.0.0:" + Machine.PORT);
        }
        Machine machine =
                new Machine(new MachineWorld(this), host, directory.resolve("machine-" + number), settings, logs);
        for (LogBook book : books) {
            LogWitness witness = new LogWitness(this, machine, book);
            witnesses.add(witness);
            logs.add(new LogWatch(book, host, witness));
        }
        return machine;
    }

    long seed() {
        return seed;
    }

    Profile profile() {
        return profile;
    }

    SplittableRandom random() {
        return random;
    }

    Trace trace() {
        return trace;
    }

    Tally tally() {
        return tally;
    }

    Network network() {
        return network;
    }

    List<Machine> machines() {
        return machines;
    }

    List<LogBook> books() {
        return books;
    }

    Pledges pledges() {
        return pledges;
    }

    Operator operator() {
        return operator;
    }

    int step() {
        return step;
    }

    /** The time, which no node knows exactly. */
    long micros() {
        return micros;
    }

    /** Lets clients ask any node as often as the primary. */
    void askReplicas(boolean isOften) {
        replicasAskedOfFour = isOften ? 2 : 1;
    }

    /** Lets clients ask for a token after every second write, which they do seldom. */
    void askForTokens() {
        isTokenWanted = true;
    }

    boolean isTokenWanted() {
        return isTokenWanted;
    }

    /** Of four times that a client connects, how often to any node. */
    int replicasAskedOfFour() {
        return replicasAskedOfFour;
    }

    /** Lets something be wrong on purpose, after each step of a node and before it is checked. */
    void sabotage(Consumer<Machine> with) {
        saboteur = with;
    }

    /** Lets something be wrong on purpose with a node that is about to be started. */
    void beforeStart(Consumer<Machine> with) {
        nightWatch = with;
    }

    /** Runs it from the beginning to the end. Throws {@link Violation}. */
    void run() {
        for (Machine machine : machines) {
            start(machine);
        }
        while (step < profile.steps()) {
            advance(1 + random.nextInt(200));
            if (!faults.strike()) {
                act();
            }
        }
        new Recovery(this).run();
    }

    void advance(long byMicros) {
        step++;
        micros += byMicros;
        trace.at(step, micros - BEGIN_MICROS);
    }

    /** Somebody takes a step. */
    private void act() {
        int who = random.nextInt(100);
        if (who < 40) {
            cycleOne();
        } else if (who < 68) {
            deliverOne();
        } else if (who < 80) {
            backgroundOne();
        } else if (who < 97) {
            Client client = clients.get(random.nextInt(clients.size()));
            if (client.isReady()) {
                client.step();
            }
        } else if (operator.isReady()) {
            operator.step();
        }
    }

    private void cycleOne() {
        Machine machine = machines.get(random.nextInt(machines.size()));
        if (machine.isRunning()) {
            int shards = machine.steps().shards().size();
            int first = random.nextInt(shards);
            int count = shards > 1 && random.nextBoolean() ? shards : 1;
            for (int i = 0; i < count && machine.isRunning(); i++) {
                cycle(machine, (first + i) % shards);
            }
        }
    }

    /** A turn of a node's duty cycle. */
    void cycle(Machine machine, int shard) {
        trace.mix(machine.host());
        acting = machine;
        try {
            machine.steps().cycle(shard);
        } catch (SimulatedCrash e) {
            assert machine.isStruck();
        }
        after(machine);
    }

    private void backgroundOne() {
        Machine machine = machines.get(random.nextInt(machines.size()));
        if (machine.isRunning()) {
            background(machine);
        }
    }

    /** A part of what a node does beside its duty cycle; whether there was one. */
    boolean background(Machine machine) {
        List<String> names = new ArrayList<>();
        List<Runnable> runnable = machine.runnable(names);
        if (runnable.isEmpty()) {
            return false;
        }
        int which = random.nextInt(runnable.size());
        trace.event(machine + " works: " + names.get(which));
        acting = machine;
        try {
            runnable.get(which).run();
        } catch (SimulatedCrash e) {
            assert machine.isStruck();
        }
        after(machine);
        return true;
    }

    private void deliverOne() {
        List<Flow> flows = network.deliverable();
        if (!flows.isEmpty()) {
            deliver(flows.get(random.nextInt(flows.size())));
        }
    }

    void deliver(Flow flow) {
        int most = random.nextInt(3) == 0 ? 1 + random.nextInt(2_000) : Integer.MAX_VALUE;
        trace.event(flow + " " + flow.deliver(most));
    }

    List<Client> clients() {
        return clients;
    }

    /** After a step of a node: what it has and what it answered. */
    void after(Machine machine) {
        log.moveTo(trace);
        if (machine.isStruck()) {
            clients.forEach(client -> client.judge(machine));
            trace.event(machine + " lost " + machine.end(false));
            tally.count("crashes within a step");
            return;
        }
        saboteur.accept(machine);
        if (machine.hasEnded()) {
            Invariant.RUNS.require(machine.disk().hasFailed(), machine + " has stopped");
            trace.event(machine + " has stopped, as its disk fails");
            tally.count("nodes stopped by their disks");
            machine.logs().forEach(LogWatch::diskFailed);
            machine.end(false);
            return;
        }
        machine.check();
        witnesses.forEach(LogWitness::look);
        operator.observe();
        for (LogWatch log : machine.logs()) {
            trace.mix(log.last() == null ? 0 : log.last().chain());
        }
        clients.forEach(client -> client.judge(machine));
    }

    /** Stops a node in order. */
    void stop(Machine machine) {
        trace.event(machine + " is stopped");
        acting = machine;
        machine.stop();
        log.moveTo(trace);
    }

    /** Starts a machine that is not running. */
    void start(Machine machine) {
        boolean isFaulty = machine.disk().mood() != Disk.Mood.FINE;
        nightWatch.accept(machine);
        acting = machine;
        long bytes = NativeBuffer.liveBytes();
        String problem = machine.start();
        trace.event(machine + (problem == null ? " starts" : " does not start: " + problem));
        tally.count(problem == null ? "starts" : "starts that failed");
        if (problem == null) {
            after(machine);
        } else {
            Invariant.STARTS.require(isFaulty || machine.isStruck(), machine + ": " + problem);
            Invariant.FREES.require(
                    NativeBuffer.liveBytes() == bytes || machine.isStruck(), "a start that failed: " + problem);
        }
    }

    /** A node ends: what it counted is added up. */
    void ended(Machine machine) {
        for (var reactor : machine.reactors()) {
            var replication = reactor.services().replication();
            boolean isReplica = !replication.ownsLog();
            tally.add(isReplica ? "full syncs of replicas" : "full syncs by primaries", replication.fullSyncs());
            tally.add(isReplica ? "streams of replicas" : "streams by primaries", replication.partialSyncs());
            tally.add("snapshots written", reactor.shard().snapshots().count());
        }
    }

    /** Stops every node in order. Where none has died before, all memory is given back. */
    void finish() {
        boolean hasDied = machines.stream().anyMatch(Machine::hasDied);
        machines.stream().filter(Machine::isRunning).forEach(this::stop);
        long left = NativeBuffer.liveBytes() - bytesBefore;
        Invariant.FREES.require(left == 0 || hasDied, left + " bytes of native memory are left");
    }

    /** Ends what still runs and deletes what there is. */
    @Override
    public void close() {
        FaultPoint.watch(point -> {});
        for (Machine machine : machines) {
            if (machine.isRunning()) {
                machine.end(false);
            }
            machine.disk().delete();
        }
        Disk.delete(directory);
    }
}
