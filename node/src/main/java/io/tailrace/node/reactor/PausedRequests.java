package io.tailrace.node.reactor;

import io.tailrace.node.services.ClientPause;
import io.tailrace.node.shard.ShardFailedException;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests that wait for the end of a {@link ClientPause}, one a connection: what the client sent after it waits in its
 * input. Then they are executed as if they had just come, so by a node that meanwhile follows another they are refused.
 * Owned and closed by the reactor's thread.
 */
final class PausedRequests implements AutoCloseable {
    private static final long TICK_NANOS = 1_000_000;

    private record Held(Connection connection, NativeBuffer bytes, Arguments arguments) {
        private static Held of(Connection connection, Arguments request) {
            int total = 1;
            for (int i = 0; i < request.count(); i++) {
                total += request.length(i);
            }
            NativeBuffer bytes = new NativeBuffer(total);
            Arguments copy = new Arguments();
            long at = bytes.address();
            for (int i = 0; i < request.count(); i++) {
                Memory.copy(request.address(i), at, request.length(i));
                copy.add(at, request.length(i));
                at += request.length(i);
            }
            return new Held(connection, bytes, copy);
        }
    }

    private final ClientPause pause;
    private final RequestExecutor executor;
    private List<Held> waiting = new ArrayList<>();
    private ClientPause.Extent heldUnder = ClientPause.Extent.NOTHING;

    PausedRequests(ClientPause pause, RequestExecutor executor) {
        this.pause = pause;
        this.executor = executor;
    }

    /** Keeps a request, and its connection from executing another one. */
    void hold(Connection connection, Arguments request, ClientPause.Extent extent) {
        heldUnder = waiting.isEmpty() || extent.compareTo(heldUnder) > 0 ? extent : heldUnder;
        waiting.add(Held.of(connection, request));
        connection.requests().block();
    }

    /** Executes what waits, if less or nothing is paused now; what must wait on does. Returns how much. */
    int resumeWhenOver(long nowSteadyMs) {
        if (waiting.isEmpty()) {
            return 0;
        }
        ClientPause.Extent extent = pause.extent(nowSteadyMs);
        if (extent.compareTo(heldUnder) >= 0) {
            return 0;
        }
        heldUnder = extent;
        List<Held> now = waiting;
        waiting = new ArrayList<>();
        now.forEach(this::resume);
        return now.size();
    }

    private void resume(Held held) {
        try {
            if (!held.connection.isClosed()) {
                executor.execute(held.connection, held.arguments);
                held.connection.requests().unblock();
            }
        } catch (ShardFailedException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            held.connection.fail(e);
        } finally {
            held.bytes.close();
        }
    }

    /** How long the reactor may sleep without being late for the end of a pause. */
    long maxBlockNanos() {
        return waiting.isEmpty() ? Long.MAX_VALUE : TICK_NANOS;
    }

    @Override
    public void close() {
        waiting.forEach(held -> held.bytes.close());
        waiting.clear();
    }
}
