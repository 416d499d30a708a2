package io.tailrace.node.simulation;

import java.util.SplittableRandom;

/** What a machine sees of the simulation that it is part of. */
final class MachineWorld implements Machine.World {
    private final Simulation simulation;

    MachineWorld(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    public long micros() {
        return simulation.micros();
    }

    @Override
    public String newId() {
        return String.format(
                java.util.Locale.ROOT,
                "%016x%016x%08x",
                simulation.random().nextLong(),
                simulation.random().nextLong(),
                simulation.random().nextInt());
    }

    @Override
    public SplittableRandom random() {
        return simulation.random();
    }

    @Override
    public Network network() {
        return simulation.network();
    }

    @Override
    public Trace trace() {
        return simulation.trace();
    }

    @Override
    public void jumped(Machine machine) {
        simulation.clients().forEach(client -> client.jumped(machine));
    }

    @Override
    public void ended(Machine machine) {
        simulation.ended(machine);
    }
}
