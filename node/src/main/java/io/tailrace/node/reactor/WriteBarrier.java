package io.tailrace.node.reactor;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Finds the moment from which on no write reaches a shard any more, after writes were paused: those that were let through
 * before may still be on their way from another shard, in an outbox or an inbox. Both keep the order of their sender, so
 * each reactor sends a token to each, and a shard that has them all is quiet.
 */
public final class WriteBarrier {
    private WriteBarrier() {}

    /**
     * Begins, on any thread, after the pause began.
     *
     * @param tasks hands a task to a reactor
     * @param onQuiet called once for each reactor, on its thread
     */
    public static void raise(List<Reactor> reactors, BiConsumer<Reactor, Runnable> tasks, Consumer<Reactor> onQuiet) {
        int[] arrived = new int[reactors.size()];
        for (Reactor from : reactors) {
            tasks.accept(from, () -> {
                for (int to = 0; to < reactors.size(); to++) {
                    int place = to;
                    from.links().to(to, target -> {
                        arrived[place]++;
                        if (arrived[place] == reactors.size()) {
                            onQuiet.accept(reactors.get(place));
                        }
                    });
                }
            });
        }
    }
}
