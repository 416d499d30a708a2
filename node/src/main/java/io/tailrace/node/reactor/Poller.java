package io.tailrace.node.reactor;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.shard.ShardFailedException;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of one reactor, and the tasks that other threads have for it: what it waits for. Owned and closed by the reactor's
 * thread.
 */
final class Poller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    private final Selector selector;
    private final Inbox inbox;
    private final Wake wake;
    private final CycleClock clock;
    private final Consumer<SelectionKey> onKey = this::onKey;
    private Runnable boundary = () -> {};
    private Runnable beforeNode = () -> {};
    private boolean hasWoken;
    private boolean mayWait;

    /** Called once in each poll, before anything is handled or when it is over. */
    @FunctionalInterface
    interface Wake {
        void woken(boolean hasFound, boolean mayHaveWaited);
    }

    Poller(Selector selector, CycleClock clock, Wake wake) {
        this.selector = selector;
        this.clock = clock;
        this.wake = wake;
        inbox = new Inbox(selector);
    }

    Inbox inbox() {
        return inbox;
    }

    /**
     * @param between run after each channel that was ready, when nothing is under way
     * @param before run before each one with another node at its end
     */
    void boundaries(Runnable between, Runnable before) {
        boundary = between;
        beforeNode = before;
    }

    SelectionKey register(SelectableChannel channel, int operations, ChannelHandler handler) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations, handler);
    }

    /**
     * Lets the handlers of ready channels do what there is to do.
     *
     * @param blockNanos how long to wait for one, negative for not at all
     * @return how many were ready
     */
    int poll(long blockNanos) throws IOException {
        hasWoken = false;
        int count = select(blockNanos);
        wake(false);
        return count;
    }

    private int select(long blockNanos) throws IOException {
        mayWait = blockNanos >= 0 && inbox.sleep();
        if (!mayWait) {
            return selector.selectNow(onKey);
        }
        try {
            return selector.select(onKey, Math.max(1, blockNanos / 1_000_000));
        } finally {
            inbox.awake();
        }
    }

    private void wake(boolean hasFound) {
        if (!hasWoken) {
            hasWoken = true;
            wake.woken(hasFound, mayWait);
        }
    }

    private void onKey(SelectionKey key) {
        wake(true);
        ChannelHandler handler = (ChannelHandler) key.attachment();
        if (handler.isOfNode()) {
            beforeNode.run();
        }
        if (handler instanceof PeerConnection peer) {
            clock.meter().mark(CycleStep.EXECUTE, clock.refreshSteadyMicros());
            call(peer, key);
            clock.meter().mark(peer.step(), clock.refreshSteadyMicros());
        } else {
            call(handler, key);
        }
        boundary.run();
    }

    /** @param key or null, for more than a selector knows of */
    void call(ChannelHandler handler, SelectionKey key) {
        try {
            if (key == null) {
                handler.onMore();
            } else {
                handler.onReady(key);
            }
        } catch (IOException | CancelledKeyException e) {
            handler.onFailure(e);
        } catch (ShardFailedException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            // Between log and store nothing may fail: that is a ShardFailedException. Anything else changed no data.
            LOG.error("closing a connection after an internal error", e);
            handler.onFailure(e);
        }
    }

    /** All keys that are valid, also from within {@link #poll}. */
    void forEach(Consumer<SelectionKey> visitor) {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()) {
                visitor.accept(key);
            }
        }
    }

    /** A handler's channel can't be used. */
    void fail(ChannelHandler handler, Exception cause) {
        handler.onFailure(cause);
    }

    /** The established connections to other nodes. */
    List<PeerConnection> peers() {
        return selector.keys().stream()
                .filter(SelectionKey::isValid)
                .map(SelectionKey::attachment)
                .filter(PeerConnection.class::isInstance)
                .map(PeerConnection.class::cast)
                .filter(peer -> peer.client() != null)
                .toList();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
