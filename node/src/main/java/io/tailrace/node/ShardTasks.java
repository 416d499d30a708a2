package io.tailrace.node;

import io.tailrace.node.Background.Work;
import io.tailrace.node.reactor.Reactor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/** Hands tasks to the shards' threads, from any thread. None is lost while the node runs. */
final class ShardTasks {
    private static final long RETRY_NANOS = 100_000;

    private final List<ShardThread> shards;
    private final Background background;
    private final BooleanSupplier isStopping;

    /** @param shards filled before the first task */
    ShardTasks(List<ShardThread> shards, Background background, BooleanSupplier isStopping) {
        this.shards = shards;
        this.background = background;
        this.isStopping = isStopping;
    }

    void onEach(Consumer<ShardThread> task) {
        shards.forEach(shard -> on(shard.reactor(), () -> task.accept(shard)));
    }

    void onFirst(Runnable task) {
        on(shards.get(0).reactor(), task);
    }

    /** When the inbox is full, the reactor that asks may be the one that has to empty it, so another thread waits. */
    void on(Reactor reactor, Runnable task) {
        if (!reactor.execute(task)) {
            background.start(
                    "shard-tasks", () -> isStopping.getAsBoolean() || reactor.execute(task) ? Work.OVER : RETRY_NANOS);
        }
    }

    /** Asks every shard; the answers, in the order of the shards, are given on the first shard's thread. */
    <T> void gather(Function<ShardThread, T> question, Consumer<List<T>> whole) {
        List<T> answers = new ArrayList<>(Collections.nCopies(shards.size(), null));
        int[] missing = {shards.size()};
        for (int i = 0; i < shards.size(); i++) {
            int place = i;
            ShardThread shard = shards.get(i);
            on(shard.reactor(), () -> {
                T answer = question.apply(shard);
                onFirst(() -> {
                    answers.set(place, answer);
                    if (--missing[0] == 0) {
                        whole.accept(answers);
                    }
                });
            });
        }
    }
}
