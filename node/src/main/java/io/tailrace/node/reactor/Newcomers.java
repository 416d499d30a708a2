package io.tailrace.node.reactor;

import io.tailrace.node.security.Tls;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Connections on their way from a listener's thread to this reactor. They don't wait for a script that is late: their client may be
 * the one that ends it.
 */
final class Newcomers {
    private final Clients clients;
    private final EventLoop loop;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    Newcomers(Clients clients, EventLoop loop) {
        this.clients = clients;
        this.loop = loop;
    }

    /**
     * Takes a connection that was accepted for this reactor; any thread.
     *
     * @return false when there are too many tasks for this reactor now
     */
    boolean adoptSoon(SocketChannel channel, Tls tls) {
        Runnable adopting = () -> clients.adopt(channel, tls);
        waiting.add(adopting);
        return loop.execute(this::run) || !waiting.remove(adopting);
    }

    /** Takes those that have come, on the reactor's thread. */
    void run() {
        for (Runnable adopting = waiting.poll(); adopting != null; adopting = waiting.poll()) {
            adopting.run();
        }
    }
}
