package io.tailrace.node.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Runs seeds one after the other, and says how to run one again that fails. */
final class Runner {
    private Runner() {}

    static long run(long seed, int steps, Tally tally) {
        return run(seed, steps, tally, UnaryOperator.identity(), simulation -> {});
    }

    /** Runs one seed; gives the hash of what happened. */
    static long run(long seed, int steps, Tally tally, UnaryOperator<Profile> setting, Consumer<Simulation> prepare) {
        return OwnThread.run(() -> runHere(seed, steps, tally, setting, prepare));
    }

    private static long runHere(
            long seed, int steps, Tally tally, UnaryOperator<Profile> setting, Consumer<Simulation> prepare) {
        Simulation simulation = null;
        try (NodeLog log = new NodeLog()) {
            simulation = new Simulation(seed, steps, setting, newDirectory(), log, tally);
            prepare.accept(simulation);
            simulation.run();
            simulation.finish();
            return simulation.trace().hash();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            throw failure(simulation, seed, steps, e);
        } finally {
            if (simulation != null) {
                simulation.close();
            }
        }
    }

    /** In memory where there is such a place. */
    static Path newDirectory() throws IOException {
        Path memory = Path.of("/dev/shm");
        Path base = Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        return Files.createTempDirectory(base, "tailrace-simulation-");
    }

    private static AssertionError failure(Simulation simulation, long seed, int steps, Throwable cause) {
        StringBuilder text = new StringBuilder("seed ").append(seed);
        if (simulation != null) {
            text.append(", step ").append(simulation.step()).append(": ").append(cause.getMessage());
            text.append("\n").append(simulation.profile()).append("\nthe last events:\n");
            simulation.trace().last().forEach(event -> text.append("  ")
                    .append(event)
                    .append('\n'));
        }
        text.append("repeat with: mvn -o test -pl wire,snapshot,node -Dtest=SimulationTest")
                .append(" -Dsurefire.failIfNoSpecifiedTests=false -Dtailrace.simulation.seed=")
                .append(seed)
                .append(" -Dtailrace.simulation.seeds=1 -Dtailrace.simulation.steps=")
                .append(steps);
        return new AssertionError(text.toString(), cause);
    }
}
