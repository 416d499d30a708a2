package io.tailrace.node.simulation;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A shard on a disk of its own, without a node: started, written to and killed, all of it by one thread. */
final class LoneShard implements AutoCloseable {
    /** The files of segments are much longer than what is in them; looking through all of that takes a test's time. */
    private static final int MAX_PAGES = 1_500;

    private static final int MAX_PAGES_OF_NEWEST = 40;

    private final Disk disk;
    private Steps steps;
    private ShardBench bench;

    LoneShard(Path directory) throws IOException {
        disk = new Disk(directory);
    }

    /** Makes the directory of the log, as the first start would; returns the real one. */
    Path createQueue() throws IOException {
        ShardDirectory.open(disk.root());
        return queue();
    }

    /** The real directory of the log. */
    Path queue() throws IOException {
        return ShardDirectory.current(disk.root()).queue();
    }

    void start() throws IOException, RebuildException {
        start(where -> {});
    }

    /** Starts a process that meets the crash point wherever it uses the disk. */
    void start(CrashPoint crashPoint) throws IOException, RebuildException {
        steps = new Steps(() -> 0);
        FileSystem files = disk.open(crashPoint);
        bench = ShardBench.started(files.getPath(disk.root().toString()), steps);
    }

    /** Lets the disk thread do all that it was asked for. */
    void runDiskThread() {
        for (List<Runnable> due = due(); !due.isEmpty(); due = due()) {
            due.get(0).run();
        }
    }

    private List<Runnable> due() {
        return steps.runnable(new ArrayList<>());
    }

    ShardBench bench() {
        return bench;
    }

    Backlog log() {
        return bench.shard().backlog();
    }

    /** Ends the process, as SIGKILL does. */
    void kill() throws IOException {
        steps.kill();
        disk.freeze();
        if (bench != null) {
            bench.close();
            bench = null;
        }
        steps.bury();
        LogImages.shorten(disk.root(), MAX_PAGES);
        LogImages.shortenNewest(queue(), MAX_PAGES_OF_NEWEST);
    }

    /** What the disk holds now does not go when the power fails. */
    void settle() throws IOException {
        disk.settle();
    }

    /** The power fails after the process has ended. */
    void losePower(SplittableRandom random) {
        disk.losePower(random);
    }

    /** Deletes all that is on the disk. */
    void delete() {
        disk.delete();
    }

    @Override
    public void close() throws IOException {
        if (bench != null) {
            kill();
        }
    }
}
