package io.tailrace.node.warmup;

import io.tailrace.node.command.CommandTable;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.platform.MachineClock;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.snapshot.fault.FaultPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a {@link ScratchShard} for each command, so that it is not a client's request for which the JVM loads classes, links calls and
 * initializes tables: that takes the first one of its kind up to ten milliseconds of a reactor. Begun when the node serves. Owned by its
 * thread, which does so {@value #ROUNDS} times and rests between two commands {@value #REST_FACTOR} times as long as one took.
 */
final class CommandWarmUp implements Background.Work {
    private static final Logger LOG = LoggerFactory.getLogger(CommandWarmUp.class);
    private static final int ROUNDS = 3;
    private static final int REST_FACTOR = 3;
    private static final List<List<String>> DROPS = List.of(
            List.of("DEL", "large:hash"),
            List.of("UNLINK", "large:list"),
            List.of("SET", "large:set", "a string"),
            List.of("PEXPIRE", "large:zset", "1"),
            List.of("FLUSHALL"));

    private final CommandTable commands;
    private final Path temporary;
    private Background background;
    private Background.Task task;
    private ScratchShard shard;
    private List<List<String>> requests;
    private int rounds;
    private int next;
    private volatile boolean isEnding;

    /** @param temporary where it makes a directory */
    CommandWarmUp(CommandTable commands, Path temporary) {
        this.commands = commands;
        this.temporary = temporary;
    }

    /** Begins it, unless it was ended, or a test has the process die at a record that is counted. */
    synchronized void begin(Background of) {
        if (!isEnding && !FaultPoint.isArmed()) {
            background = of;
            task = background.start("command-warm-up", this);
        }
    }

    @Override
    public long step() {
        try {
            if (isEnding || rounds == ROUNDS) {
                LOG.debug("commands were warmed up {} times", rounds);
                close();
                return OVER;
            }
            long startMicros = MachineClock.steadyMicros();
            if (shard == null) {
                requests = WarmUpCommands.ofShard();
                shard = new ScratchShard(temporary, commands, background);
            }
            runNext();
            return TimeUnit.MICROSECONDS.toNanos(REST_FACTOR * (MachineClock.steadyMicros() - startMicros));
        } catch (IOException | RebuildException | RuntimeException e) {
            LOG.debug("commands are not warmed up: {}", FileFailure.of(e), e);
            close();
            return OVER;
        }
    }

    private void runNext() throws IOException {
        if (next < requests.size()) {
            run(requests.get(next));
        } else {
            if (next == requests.size()) {
                shard.follow();
                shard.removeSome();
            }
            run(DROPS.get(next - requests.size()));
        }
        next++;
        if (next == requests.size() + DROPS.size()) {
            shard.removeSome();
            next = 0;
            rounds++;
        }
    }

    private void run(List<String> words) {
        String error = shard.run(words);
        if (error != null) {
            LOG.debug("the warm-up's {}: {}", words.get(0), error);
        }
    }

    private void close() {
        try {
            if (shard != null) {
                shard.close();
            }
        } catch (IOException e) {
            LOG.debug("the files of the warm-up stay until the next start: {}", FileFailure.of(e));
        }
    }

    /** Whether it has ended, or was never begun. Any thread. */
    synchronized boolean isOver() {
        return task == null || task.isOver();
    }

    /** Ends it where it is, and waits for that; it is not begun any more. Any thread. */
    synchronized void end() {
        isEnding = true;
        if (task != null) {
            task.await();
        }
    }
}
