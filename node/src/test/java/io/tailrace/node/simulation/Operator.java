package io.tailrace.node.simulation;

import io.tailrace.node.simulation.RespReader.Status;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who runs the nodes: decides which is the primary, tells each by the ordinary commands, and discards the data of one that is
 * refused for long.
 */
final class Operator {
    private static final long PATIENCE_MICROS = 3_000_000;
    private static final long REFUSED_MICROS = 2_000_000;

    private final Simulation world;
    private final HostSockets sockets;
    private final Map<Machine, Order> orders = new LinkedHashMap<>();
    private final Map<Machine, Long> refusedSince = new LinkedHashMap<>();
    private Machine primary;

    private final class Order {
        private final RespConnection connection;
        private final List<String> command;
        private final long untilMicros = world.micros(null) + PATIENCE_MICROS;
        private boolean isSent;

        Order(Machine machine, List<String> command) {
            connection = new RespConnection(sockets, machine);
            this.command = command;
        }

        boolean isReady() {
            return connection.isConnected() && !isSent || connection.isReady() || world.micros(null) > untilMicros;
        }

        /** Whether it is over. */
        boolean step() throws IOException {
            if (connection.isConnected() && !isSent) {
                connection.send(command);
                isSent = true;
            }
            if (connection.isReady()) {
                connection.step();
            }
            Object reply = connection.take();
            if (reply instanceof Status status && status.isError()) {
                world.trace().event(connection.machine() + " refuses " + command + ": " + status.text());
            }
            return reply != null || world.micros(null) > untilMicros;
        }
    }

    Operator(Simulation world, HostSockets sockets, Machine primary) {
        this.world = world;
        this.sockets = sockets;
        this.primary = primary;
    }

    /** Which machine is meant to be the primary. */
    Machine primary() {
        return primary;
    }

    /** Makes the most advanced node that runs the primary, of those that are not; nothing when there is none. */
    void failOver() {
        List<Machine> candidates = world.machines().stream()
                .filter(machine -> machine.isRunning() && machine != primary)
                .toList();
        candidates.stream().max(Comparator.comparing(this::place)).ifPresent(chosen -> {
            world.trace().event("the operator makes " + chosen + " the primary, of " + candidates);
            world.tally().count("failovers");
            primary = chosen;
            refusedSince.clear();
            world.promoted(chosen, candidates);
        });
    }

    /** How far a node is: the term of its history first, then the index there; of several shards all count. */
    private Place place(Machine machine) {
        long terms = 0;
        long index = 0;
        for (var reactor : machine.reactors()) {
            var history = reactor.shard().history();
            terms += history.isEmpty() ? 0 : history.current().term();
            index += reactor.shard().backlog().denseCount();
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

    /** Whether a step does something. */
    boolean isReady() {
        return orders.values().stream().anyMatch(Order::isReady) || nextToTell() != null;
    }

    void step() {
        for (Map.Entry<Machine, Order> each : orders.entrySet()) {
            if (each.getValue().isReady()) {
                step(each.getKey(), each.getValue());
                return;
            }
        }
        Machine machine = nextToTell();
        if (machine != null) {
            List<String> command = command(machine);
            if (command.size() > 3) {
                world.tally().count("REPLICAOF .. FORCE");
                world.discarded(machine, machine.refusal());
                refusedSince.remove(machine);
            }
            world.trace().event("the operator tells " + machine + ": " + command);
            orders.put(machine, new Order(machine, command));
        }
    }

    private void step(Machine machine, Order order) {
        boolean isOver = true;
        try {
            isOver = order.step();
        } catch (IOException e) {
            world.trace().event("the operator can't tell " + machine + ": " + e.getMessage());
        }
        if (isOver) {
            order.connection.close();
            orders.remove(machine);
        }
    }

    private Machine nextToTell() {
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
        if (machine == primary) {
            refusedSince.remove(machine);
            return isPrimary ? null : List.of("REPLICAOF", "NO", "ONE");
        }
        List<String> follow = List.of("REPLICAOF", primary.host(), Integer.toString(Machine.PORT));
        if (isPrimary || !machine.primary().equals(primary.address())) {
            refusedSince.remove(machine);
            return follow;
        }
        if (machine.refusal() == null || !primary.isRunning()) {
            refusedSince.remove(machine);
            return null;
        }
        long since = refusedSince.computeIfAbsent(machine, each -> world.micros(null));
        if (world.micros(null) - since < REFUSED_MICROS) {
            return null;
        }
        return List.of(follow.get(0), follow.get(1), follow.get(2), "FORCE");
    }
}
