package io.tailrace.node.simulation;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Looks at its channels, never waits, and finds the ready ones in an order that is not always the same. */
final class SimulatedSelector extends AbstractSelector {
    private final HostSockets sockets;
    private final Set<SelectionKey> keys = new LinkedHashSet<>();

    private final class Key extends AbstractSelectionKey {
        private final SelectableChannel channel;
        private int interest;
        private int ready;

        Key(SelectableChannel channel, int interest) {
            this.channel = channel;
            this.interest = interest;
        }

        @Override
        public SelectableChannel channel() {
            return channel;
        }

        @Override
        public Selector selector() {
            return SimulatedSelector.this;
        }

        @Override
        public int interestOps() {
            return interest;
        }

        @Override
        public SelectionKey interestOps(int operations) {
            interest = operations;
            return this;
        }

        @Override
        public int readyOps() {
            return ready;
        }
    }

    SimulatedSelector(HostSockets sockets) {
        super(sockets);
        this.sockets = sockets;
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
        Key key = new Key(channel, operations);
        key.attach(attachment);
        keys.add(key);
        return key;
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) {
        dropCancelled();
        List<SelectionKey> all = new ArrayList<>(keys);
        if (!all.isEmpty()) {
            Collections.rotate(all, sockets.network().random().nextInt(all.size()));
        }
        int count = 0;
        for (SelectionKey each : all) {
            Key key = (Key) each;
            key.ready = key.isValid() ? ((Pollable) key.channel).readyOps() & key.interest : 0;
            if (key.ready != 0) {
                count++;
                action.accept(key);
            }
        }
        dropCancelled();
        return count;
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeout) {
        return selectNow(action);
    }

    private void dropCancelled() {
        Set<SelectionKey> cancelled = cancelledKeys();
        synchronized (cancelled) {
            for (SelectionKey key : cancelled) {
                keys.remove(key);
                deregister((AbstractSelectionKey) key);
            }
            cancelled.clear();
        }
    }

    @Override
    protected void implCloseSelector() {
        for (SelectionKey key : List.copyOf(keys)) {
            key.cancel();
        }
        dropCancelled();
    }

    @Override
    public Set<SelectionKey> keys() {
        return Collections.unmodifiableSet(keys);
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int selectNow() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select(long timeout) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Selector wakeup() {
        return this;
    }
}
