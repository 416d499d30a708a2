package io.tailrace.node.reactor;

import io.tailrace.wire.resp.Arguments;
import java.util.function.Consumer;

/**
 * A request that is executed when nothing is owed to its connection any more. Owned by the connection's thread, and used again: by its pool,
 * and from the time at which it is postponed until it runs by the connection, which may be closed before.
 *
 * @param <C> the connection
 */
final class Postponed<C> implements Runnable, MessagePool.Pooled {
    private final Consumer<Postponed<C>> execution;
    private final RequestCopy request = RequestCopy.reused();
    private C connection;

    /** @param execution takes it when it is its turn, and gives it back to the pool */
    Postponed(Consumer<Postponed<C>> execution) {
        this.execution = execution;
    }

    Postponed<C> begin(C of, Arguments arguments, int database) {
        connection = of;
        request.copy(arguments, database);
        return this;
    }

    @Override
    public void run() {
        execution.accept(this);
    }

    C connection() {
        return connection;
    }

    RequestCopy request() {
        return request;
    }

    /** It is about to be given back to the pool. */
    Postponed<C> end() {
        connection = null;
        return this;
    }

    @Override
    public int retainedBytes() {
        return request.retainedBytes();
    }

    @Override
    public void dropBuffers() {
        request.dropBuffers();
    }
}
