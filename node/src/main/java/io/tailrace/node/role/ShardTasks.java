package io.tailrace.node.role;

import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.reactor.ShardAnswers;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/** Hands tasks to the shards' threads, from any thread. None is lost while the node runs. */
public final class ShardTasks {
    private static final long RETRY_NANOS = 100_000;

    private final List<? extends ShardHandle> shards;
    private final Background background;
    private final BooleanSupplier isStopping;

    /** @param shards filled before the first task */
    public ShardTasks(List<? extends ShardHandle> shards, Background background, BooleanSupplier isStopping) {
        this.shards = shards;
        this.background = background;
        this.isStopping = isStopping;
    }

    void onEach(Consumer<ShardHandle> task) {
        shards.forEach(shard -> on(shard.reactor(), () -> task.accept(shard)));
    }

    public void onFirst(Runnable task) {
        on(shards.get(0).reactor(), task);
    }

    /** When the inbox is full, the reactor that asks may be the one that has to empty it, so another thread waits. */
    public void on(Reactor reactor, Runnable task) {
        if (!reactor.execute(task)) {
            background.start(
                    "shard-tasks", () -> isStopping.getAsBoolean() || reactor.execute(task) ? Work.OVER : RETRY_NANOS);
        }
    }

    /** Asks every shard; the answers, in the order of the shards, are given on the first shard's thread. */
    public <T> void gather(Function<ShardHandle, T> question, Consumer<List<T>> whole) {
        gatherLater((shard, answer) -> answer.accept(question.apply(shard)), whole);
    }

    /** The same of shards that may answer later, by a call on their thread. */
    public <T> void gatherLater(BiConsumer<ShardHandle, Consumer<T>> question, Consumer<List<T>> whole) {
        ShardAnswers<T> answers = new ShardAnswers<>(shards.size(), whole);
        for (int i = 0; i < shards.size(); i++) {
            int place = i;
            ShardHandle shard = shards.get(i);
            on(shard.reactor(), () -> question.accept(shard, answer -> onFirst(() -> answers.put(place, answer))));
        }
    }
}
