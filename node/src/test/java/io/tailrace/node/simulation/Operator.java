package io.tailrace.node.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who runs the nodes: decides who follows whom, tells each by the ordinary commands, hands over as planned, promotes the most
 * advanced replica when he thinks fit, and discards the data of a node that is refused for long.
 */
final class Operator {
    private static final long REFUSED_MICROS = 2_000_000;
    private static final long HANDOVER_MICROS = 20_000_000;

    private final Simulation world;
    private final HostSockets sockets;
    private final Tree tree;
    private final Map<Machine, Order> orders = new LinkedHashMap<>();
    private final List<Order> late = new ArrayList<>();
    private final Map<Machine, Long> refusedSince = new LinkedHashMap<>();
    private Comparator<Machine> choice = Comparator.comparing(Operator::place);
    private PlannedHandover handover;
    /** The last one that came to its end, as long as nobody has decided otherwise since. */
    private PlannedHandover taken;

    private Order handoverOrder;

    Operator(Simulation world, HostSockets sockets, Machine primary) {
        this.world = world;
        this.sockets = sockets;
        tree = new Tree(primary);
    }

    /** Lets a test promote others than the most advanced. */
    void promoteTheGreatest(Comparator<Machine> by) {
        choice = by;
    }

    /** Which machine is meant to be the primary. */
    Machine primary() {
        return tree.top();
    }

    /** Whom a machine is meant to follow; null for the primary. */
    Machine parent(Machine machine) {
        return tree.parent(machine);
    }

    boolean isHandingOver() {
        return handover != null;
    }

    /** Makes the most advanced node that runs the primary, of those that are not; nothing when there is none. */
    void failOver() {
        List<Machine> candidates = replicas();
        candidates.stream().max(choice).ifPresent(chosen -> {
            world.trace().event("the operator makes " + chosen + " the primary, of " + candidates);
            world.tally().count("failovers");
            handover = null;
            taken = null;
            tree.crown(chosen);
            refusedSince.clear();
            world.pledges().promoted(chosen, candidates);
        });
    }

    /**
     * The directory of a machine is gone. When it was the primary's, another node is to be one, unless he wants all nodes to be
     * like the one that is empty now.
     */
    void directoryLost(Machine machine) {
        refusedSince.remove(machine);
        taken = null;
        if (handover != null) {
            world.trace().event("the operator gives up the handover of " + handover.from());
            handover = null;
        }
        if (machine == primary() && world.random().nextInt(3) > 0) {
            failOver();
        }
        if (machine == primary()) {
            world.trace().event("the operator goes on with " + machine + " as it is");
            world.pledges().accepted();
        }
    }

    private List<Machine> replicas() {
        return world.machines().stream()
                .filter(machine -> machine.isRunning() && machine != primary())
                .toList();
    }

    /** How far a node is: the term of its history first, then the index there; of several shards all count. */
    private static Place place(Machine machine) {
        long terms = 0;
        long index = 0;
        for (var reactor : machine.reactors()) {
            var history = reactor.shard().history();
            terms += history.isEmpty() ? 0 : history.current().term();
            index += reactor.shard().backlog().recordCount();
        }
        return new Place(terms, index);
    }

    private record Place(long terms, long index) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byTerm = Long.compare(terms, other.terms);
            return byTerm != 0 ? byTerm : Long.compare(index, other.index);
        }
    }

    /** Puts a replica below another one, or back below the primary. */
    void rehang() {
        List<Machine> machines = world.machines();
        Machine machine = machines.get(world.random().nextInt(machines.size()));
        Machine below = machines.get(world.random().nextInt(machines.size()));
        if (machine != primary() && tree.hang(machine, below)) {
            world.tally().count(below == primary() ? "replicas moved to the top" : "replicas moved below others");
            world.trace().event("the operator puts " + machine + " below " + below);
            refusedSince.remove(machine);
        }
    }

    /** Asks the primary to hand over to a replica, or not to continue with it. */
    void handOver() {
        Machine from = primary();
        late.removeIf(order -> !order.mayArrive());
        if (!orders.isEmpty() || !late.isEmpty() || handoverOrder != null || !from.isRunning()) {
            return;
        }
        if (handover != null) {
            world.tally().count("handovers told to end");
            orders.put(from, order(from, List.of("FAILOVER", "ABORT")));
            return;
        }
        List<Machine> targets =
                replicas().stream().filter(each -> each.primary() != null).toList();
        if (from.primary() != null || targets.isEmpty()) {
            return;
        }
        boolean isLimited = world.random().nextInt(3) > 0;
        boolean isForced = isLimited && world.random().nextInt(4) == 0;
        List<String> command = new ArrayList<>(List.of("FAILOVER"));
        if (isForced || world.random().nextInt(4) > 0) {
            Machine target = targets.get(world.random().nextInt(targets.size()));
            command.addAll(List.of("TO", target.host(), Integer.toString(Machine.PORT)));
        }
        if (isForced) {
            command.add("FORCE");
        }
        if (isLimited) {
            command.addAll(
                    List.of("TIMEOUT", Integer.toString(1 + world.random().nextInt(3_000))));
        }
        taken = null;
        handover = new PlannedHandover(from, targets, isForced, world.micros());
        handoverOrder = order(from, command);
        world.tally().count("handovers asked for");
    }

    /** After a step of a node: whether the role has been handed over. */
    void observe() {
        if (taken != null) {
            taken.requireOnePrimary();
        }
        if (handover == null) {
            return;
        }
        switch (handover.outcome()) {
            case TAKEN_OVER:
                Machine next = handover.newPrimary();
                world.trace().event(next + " has taken over from " + handover.from());
                world.tally().count(handover.isForced() ? "handovers by force" : "handovers");
                world.pledges().handedOver(handover.from(), next, handover.isForced());
                tree.crown(next);
                refusedSince.clear();
                taken = handover;
                handover = null;
                break;
            case CALLED_OFF:
                world.trace().event(handover.from() + " does not hand over");
                world.tally().count("handovers called off");
                handover = null;
                break;
            default:
        }
    }

    private Order order(Machine machine, List<String> command) {
        return new Order(sockets, machine, command, world::micros, world.trace());
    }

    /** Whether a step does something. */
    boolean isReady() {
        return handoverOrder != null && handoverOrder.isReady()
                || isHandoverLate()
                || orders.values().stream().anyMatch(Order::isReady)
                || nextToTell() != null;
    }

    private boolean isHandoverLate() {
        return handover != null && world.micros() - handover.beganMicros() > HANDOVER_MICROS;
    }

    void step() {
        if (handoverOrder != null && handoverOrder.isReady()) {
            stepHandover();
            return;
        }
        for (Map.Entry<Machine, Order> each : orders.entrySet()) {
            if (each.getValue().isReady()) {
                if (each.getValue().step()) {
                    late.add(orders.remove(each.getKey()));
                }
                return;
            }
        }
        if (isHandoverLate()) {
            world.trace().event("the operator gives up the handover of " + handover.from());
            world.tally().count("handovers given up");
            handover = null;
            return;
        }
        Machine machine = nextToTell();
        if (machine != null) {
            tell(machine, command(machine));
        }
    }

    private void stepHandover() {
        if (handoverOrder.step()) {
            if (handover != null) {
                handover.answered(handoverOrder.isRefused());
            }
            handoverOrder = null;
            observe();
        }
    }

    private void tell(Machine machine, List<String> command) {
        boolean isForced = command.size() > 3;
        if (isForced && parent(machine) != primary()) {
            world.tally().count("refused replicas moved to the top");
            tree.hang(machine, primary());
            refusedSince.remove(machine);
            return;
        }
        if (isForced) {
            world.tally().count("REPLICAOF .. FORCE");
            world.pledges().forced(machine, machine.refusal());
            refusedSince.remove(machine);
        }
        orders.put(machine, order(machine, command));
    }

    private Machine nextToTell() {
        if (handover != null) {
            return null;
        }
        for (Machine machine : world.machines()) {
            if (machine.isRunning() && !orders.containsKey(machine) && command(machine) != null) {
                return machine;
            }
        }
        return null;
    }

    /** What a node has to be told, or null. */
    private List<String> command(Machine machine) {
        boolean isPrimary = machine.primary() == null;
        if (machine == primary()) {
            refusedSince.remove(machine);
            return isPrimary ? null : List.of("REPLICAOF", "NO", "ONE");
        }
        Machine parent = parent(machine);
        List<String> follow = List.of("REPLICAOF", parent.host(), Integer.toString(Machine.PORT));
        if (isPrimary || !machine.primary().equals(parent.address())) {
            refusedSince.remove(machine);
            return follow;
        }
        String refusal = machine.refusal();
        boolean mayPass = refusal != null && refusal.startsWith("LOADING") && parent == primary();
        if (refusal == null || mayPass || !parent.isRunning()) {
            refusedSince.remove(machine);
            return null;
        }
        long since = refusedSince.computeIfAbsent(machine, each -> world.micros());
        if (world.micros() - since < REFUSED_MICROS) {
            return null;
        }
        return List.of(follow.get(0), follow.get(1), follow.get(2), "FORCE");
    }
}
