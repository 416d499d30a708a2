package io.tailrace.node.simulation;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Breaks and repairs things, as often as the profile says. */
final class Faults {
    private static final int RATE_OF = 10_000;
    private static final long LITTLE_MICROS = 500_000;
    private static final long LONG_MICROS = 3_600_000_000L;

    private final Simulation world;
    private final Map<Fault, Integer> rates;
    private final SplittableRandom random;

    Faults(Simulation world, Map<Fault, Integer> rates) {
        this.world = world;
        this.rates = rates;
        random = world.random();
    }

    /** Does what is due in this step; whether there was something. */
    boolean strike() {
        int dice = random.nextInt(RATE_OF);
        for (Map.Entry<Fault, Integer> each : rates.entrySet()) {
            dice -= each.getValue();
            if (dice < 0) {
                world.tally().count("fault " + each.getKey());
                strike(each.getKey());
                return true;
            }
        }
        return false;
    }

    private void strike(Fault fault) {
        Machine machine = world.machines().get(random.nextInt(world.machines().size()));
        switch (fault) {
            case START:
                if (!machine.isRunning()) {
                    backUpNowAndThen(machine);
                    world.start(machine);
                }
                break;
            case RESET:
                reset();
                break;
            case REPEAT:
                repeat();
                break;
            case CUT:
                cut(machine);
                break;
            case HEAL:
                world.network().heal();
                world.trace().event("the network is whole");
                break;
            case DISK:
                machine.disk().mood(random.nextBoolean() ? Disk.Mood.FULL : Disk.Mood.FAILING);
                world.trace().event(machine + "'s disk is " + machine.disk().mood());
                break;
            case REPAIR:
                world.machines().forEach(each -> each.disk().mood(Disk.Mood.FINE));
                world.trace().event("disks are fine");
                break;
            case FAILOVER:
                world.operator().failOver();
                break;
            case HANDOVER:
                world.operator().handOver();
                break;
            case CHAIN:
                world.operator().rehang();
                break;
            case LOSE:
                lose(machine);
                break;
            case CLOCK:
                jump(machine);
                break;
            case PAUSE:
                world.advance(1_000L * (1 + random.nextInt(2_000)));
                world.trace().event("time passes");
                break;
            default:
                if (machine.isRunning()) {
                    strike(fault, machine);
                }
        }
    }

    private void strike(Fault fault, Machine machine) {
        switch (fault) {
            case KILL:
                world.trace().event(machine + " is killed");
                machine.end(false);
                break;
            case POWER:
                world.trace().event(machine + " loses its power");
                world.trace().event(machine + " lost " + machine.end(true));
                break;
            case CRASH:
                machine.crashIn(1 + random.nextInt(1 + random.nextInt(300)), random.nextInt(4) == 0);
                break;
            case TEAR:
                machine.crashInParts(1 + random.nextInt(4), random.nextInt(4) == 0);
                break;
            case STOP:
                world.stop(machine);
                break;
            default:
                throw new IllegalStateException(fault.name());
        }
    }

    /** So that there is a copy to put in the place of a directory that is lost later. */
    private void backUpNowAndThen(Machine machine) {
        if (!machine.hasBackup() && random.nextInt(4) == 0) {
            world.trace().event(machine + "'s directory is copied");
            machine.backUp();
        }
    }

    private void lose(Machine machine) {
        if (machine.isRunning()) {
            world.trace().event(machine + " is killed");
            machine.end(false);
        }
        boolean isRestored = machine.hasBackup() && random.nextInt(4) > 0;
        world.trace().event(machine + (isRestored ? "'s directory is an older one now" : "'s directory is lost"));
        world.tally().count(isRestored ? "directories replaced by older ones" : "directories lost");
        world.pledges().directoryLost(machine);
        machine.loseDirectory(isRestored);
        world.operator().directoryLost(machine);
    }

    /** Mostly a little, as a clock is corrected, or up to an hour. */
    private void jump(Machine machine) {
        long most = random.nextInt(3) > 0 ? LITTLE_MICROS : LONG_MICROS;
        machine.jump(random.nextLong(2 * most + 1) - most);
    }

    private void reset() {
        List<Flow> flows = world.network().established();
        if (!flows.isEmpty()) {
            Flow flow = flows.get(random.nextInt(flows.size()));
            world.trace().event(flow + " is reset");
            world.network().reset(flow);
        }
    }

    private void repeat() {
        Flow flow = world.network().repeat();
        if (flow != null) {
            world.trace().event(flow + " repeats what " + flow.from().host() + " sent before");
            world.tally().count("first bytes of connections repeated");
        }
    }

    /** One node from another, or from all. */
    private void cut(Machine machine) {
        for (Machine other : world.machines()) {
            if (other != machine && random.nextInt(3) > 0) {
                world.network().cut(machine.host(), other.host());
                world.trace().event(machine + " and " + other + " don't reach each other");
            }
        }
    }
}
