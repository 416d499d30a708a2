package io.tailrace.node.simulation;

import io.tailrace.node.reactor.Reactor;
import java.util.List;

/** Everything works again: all nodes are started, and the replicas have to come to stand where the primary stands. */
final class Recovery {
    private static final long MAX_MICROS = 180_000_000;
    private static final int DELIVERIES = 16;

    private final Simulation world;

    Recovery(Simulation world) {
        this.world = world;
    }

    void run() {
        world.trace().event("everything is repaired");
        world.network().heal();
        for (Machine machine : world.machines()) {
            machine.disk().mood(Disk.Mood.FINE);
            machine.crashIn(Integer.MAX_VALUE, false);
            machine.crashInParts(Integer.MAX_VALUE, false);
        }
        long until = world.micros() + MAX_MICROS;
        while (!isTogether()) {
            Invariant.CONVERGES.require(world.micros() < until, "after " + MAX_MICROS / 1_000_000 + " s: " + told());
            round();
        }
        world.pledges().requireAll();
    }

    private void round() {
        boolean hasWorked = false;
        for (int i = 0; i < DELIVERIES; i++) {
            List<Flow> flows = world.network().deliverable();
            if (flows.isEmpty()) {
                break;
            }
            hasWorked = true;
            world.deliver(flows.get(world.random().nextInt(flows.size())));
        }
        for (Machine machine : world.machines()) {
            if (!machine.isRunning()) {
                world.start(machine);
            }
            for (int shard = 0;
                    machine.isRunning() && shard < machine.reactors().size();
                    shard++) {
                world.cycle(machine, shard);
            }
            hasWorked |= machine.isRunning() && world.background(machine);
        }
        for (Client client : world.clients()) {
            client.rest();
        }
        if (world.operator().isReady()) {
            world.operator().step();
            hasWorked = true;
        }
        world.network().sweep();
        world.advance(hasWorked ? 200 : 100_000);
    }

    private boolean isTogether() {
        Machine primary = world.operator().primary();
        if (!primary.isRunning()
                || primary.primary() != null
                || world.operator().isHandingOver()) {
            return false;
        }
        for (Machine machine : world.machines()) {
            if (!machine.isRunning()
                    || machine != primary && !follows(machine, world.operator().parent(machine), primary)) {
                return false;
            }
        }
        return true;
    }

    private static boolean follows(Machine machine, Machine parent, Machine primary) {
        if (!parent.address().equals(machine.primary())) {
            return false;
        }
        for (int shard = 0; shard < machine.reactors().size(); shard++) {
            Reactor reactor = machine.reactors().get(shard);
            var link = reactor.services().replication().link();
            boolean isReady = link != null && link.isUp() && link.hasData();
            if (!isReady
                    || machine.logs().get(shard).last()
                            != primary.logs().get(shard).last()) {
                return false;
            }
        }
        return true;
    }

    private String told() {
        StringBuilder text = new StringBuilder();
        for (Machine machine : world.machines()) {
            text.append(machine).append(machine == world.operator().primary() ? " (to be the primary)" : "");
            if (machine.isRunning()) {
                text.append(" follows ").append(machine.primary());
                for (int shard = 0; shard < machine.reactors().size(); shard++) {
                    var link = machine.reactors()
                            .get(shard)
                            .services()
                            .replication()
                            .link();
                    text.append(", is at ").append(machine.logs().get(shard).last());
                    text.append(link == null ? "" : ", link " + link.state() + ", has data " + link.hasData());
                }
                text.append(", refused: ").append(machine.refusal());
            }
            text.append("; ");
        }
        return text.toString();
    }
}
