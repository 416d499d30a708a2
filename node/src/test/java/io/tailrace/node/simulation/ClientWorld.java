package io.tailrace.node.simulation;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a client sees of the simulation that it is part of. */
final class ClientWorld implements Client.World {
    private final Simulation simulation;

    ClientWorld(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    public SplittableRandom random() {
        return simulation.random();
    }

    @Override
    public Machine choose() {
        List<Machine> running =
                simulation.machines().stream().filter(Machine::isRunning).toList();
        if (running.isEmpty()) {
            return null;
        }
        boolean asksPrimary = simulation.operator().primary().isRunning()
                && simulation.random().nextInt(4) >= simulation.replicasAskedOfFour();
        return asksPrimary
                ? simulation.operator().primary()
                : running.get(simulation.random().nextInt(running.size()));
    }

    @Override
    public boolean isPrimary(Machine machine) {
        return simulation.operator().primary() == machine;
    }

    @Override
    public List<LogBook> books() {
        return simulation.books();
    }

    @Override
    public long micros() {
        return simulation.micros();
    }

    @Override
    public int step() {
        return simulation.step();
    }

    @Override
    public boolean isTokenWanted() {
        return simulation.isTokenWanted();
    }

    @Override
    public int ackReplicas() {
        return simulation.profile().ackReplicas();
    }

    @Override
    public Set<String> keepers(LoggedRecord record) {
        return simulation.machines().stream()
                .filter(machine -> Pledges.has(machine, record))
                .map(Machine::host)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public Tally tally() {
        return simulation.tally();
    }

    @Override
    public boolean isAlwaysForced() {
        return simulation.profile().isAlwaysForced();
    }

    @Override
    public Trace trace() {
        return simulation.trace();
    }
}
