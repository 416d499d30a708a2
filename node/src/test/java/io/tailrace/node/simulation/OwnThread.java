package io.tailrace.node.simulation;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs a task in a new thread and waits for it: the queue's library remembers things by thread, and looks through all of them at
 * each opening of a file.
 */
final class OwnThread {
    private OwnThread() {}

    static <T> T run(Callable<T> callable) {
        FutureTask<T> task = new FutureTask<>(callable);
        new Thread(task, "simulation").start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
