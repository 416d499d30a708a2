package io.tailrace.node.reactor;

import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.shard.OtherLogs;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** From one reactor to all shards, its own included: tasks there, and answers back. Owned by the reactor's thread. */
final class ShardLinks implements ShardThreads {
    private final int own;
    private final int shardCount;
    private final LiveSettings settings;
    private final ForceGate forceGate;
    private Outbox[] outboxes = new Outbox[0];
    private ShardSide[] sides = new ShardSide[0];
    /** By shard: clients that wait for keys there are served after each task. */
    private Runnable[] wakes = new Runnable[0];

    private BooleanSupplier isLent = () -> false;

    ShardLinks(int own, int shardCount, LiveSettings settings, ForceGate forceGate) {
        this.own = own;
        this.shardCount = shardCount;
        this.settings = settings;
        this.forceGate = forceGate;
    }

    /** Tells when another thread has this reactor's shard, while it answers clients: before any runs. */
    void lentWhen(BooleanSupplier condition) {
        isLent = condition;
    }

    /** Whether the shard of this reactor is another thread's now: nothing of it may be touched. */
    boolean isLent() {
        return isLent.getAsBoolean();
    }

    /**
     * Tells which shards there are, in their order, before any runs.
     *
     * @param loops of the threads that they belong to
     */
    void connect(List<ShardSide> all, List<? extends EventLoop> loops) {
        outboxes = loops.stream().map(Outbox::new).toArray(Outbox[]::new);
        sides = all.toArray(ShardSide[]::new);
        side().services().connect(all.stream().map(ShardSide::services).toList());
        wakes = all.stream()
                .map(side -> (Runnable) () -> side.waiting().serve())
                .toArray(Runnable[]::new);
        side().shard()
                .sharing()
                .logs(OtherLogs.of(shardCount, shard -> sides[shard].shard().backlog()));
    }

    @Override
    public int own() {
        return own;
    }

    @Override
    public int count() {
        return shardCount;
    }

    ShardSide side() {
        return sides[own];
    }

    /** Another shard's; only what any thread may ask of it. */
    ShardSide side(int shard) {
        return sides[shard];
    }

    @Override
    public void on(int shard, Runnable task) {
        to(shard, side -> task.run());
    }

    /** Runs a task on the thread of a shard: now when that is this one, and has its shard. */
    void to(int shard, Consumer<ShardSide> task) {
        ShardSide side = sides[shard];
        if (shard == own && !isLent()) {
            task.accept(side);
        } else {
            outboxes[shard].send(() -> {
                task.accept(side);
                side.waiting().serve();
            });
        }
    }

    /** Sends a request; nobody here looks at it afterwards. */
    void send(int shard, Forward<?> request) {
        outboxes[shard].send(request);
    }

    /** Sends its answer back, after what this shard has logged so far is as durable as it must be. */
    void back(Forward<?> answer) {
        if (settings.current().fsync() == FsyncPolicy.ALWAYS) {
            answer.waitForForce();
            forceGate.afterForce(answer);
        } else {
            sendHome(answer);
        }
    }

    /** The same now. */
    void sendHome(Forward<?> answer) {
        answer.goHome();
        outboxes[answer.homeShard()].send(answer);
    }

    /** Lets another shard's thread find out what there is to do: something was written there. */
    void wake(int shard) {
        outboxes[shard].send(wakes[shard]);
    }

    /** Runs an answer on the thread of a shard, after what this shard has logged so far is as durable as it must be. */
    void back(int shard, Runnable answer) {
        if (shard == own) {
            answer.run();
        } else if (settings.current().fsync() == FsyncPolicy.ALWAYS) {
            whenForced(shard, answer);
        } else {
            outboxes[shard].send(answer);
        }
    }

    /** Runs a task on the thread of a shard when what this one has logged so far is on the disk. By the holder of this one. */
    void whenForced(int shard, Runnable task) {
        forceGate.afterForce(shard == own ? task : () -> outboxes[shard].send(task));
    }

    /** Sends what did not fit into an inbox before; returns how much went. */
    int drain() {
        int count = 0;
        for (Outbox outbox : outboxes) {
            count += outbox.drain();
        }
        return count;
    }

    /** Whether a shard can't take what this one has for it: no more is to be read from clients. */
    boolean isCongested() {
        for (Outbox outbox : outboxes) {
            if (outbox.isCongested()) {
                return true;
            }
        }
        return false;
    }
}
