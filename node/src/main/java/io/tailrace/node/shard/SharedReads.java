package io.tailrace.node.shard;

import io.tailrace.node.platform.Background;
import io.tailrace.node.value.FrozenValue;
import java.util.ArrayList;
import java.util.List;

/**
 * What other threads read of one shard's data at the moment, so that the data is not closed under them. A read is begun and ended by
 * the shard's reactor thread; the data is closed by that or, once other data has taken its place, by any.
 */
public final class SharedReads {
    /** One of them. */
    public final class Read {
        private final FrozenValue frozen;
        private Background.Task task;
        private volatile boolean isCancelled;

        private Read(FrozenValue frozen) {
            this.frozen = frozen;
        }

        /** Whether it must end soon; any thread. */
        public boolean isCancelled() {
            return isCancelled;
        }

        /** Ends it, after its thread has, on the reactor thread. */
        public void end() {
            synchronized (reads) {
                if (reads.remove(this) && frozen != null) {
                    frozen.close();
                }
            }
        }
    }

    private final List<Read> reads = new ArrayList<>(0);
    private boolean isClosed;

    /** @param frozen is closed at the end; null when the read needs none */
    public Read begin(FrozenValue frozen) {
        assert !isClosed : "the data is closed";
        Read read = new Read(frozen);
        synchronized (reads) {
            reads.add(read);
        }
        return read;
    }

    /** Tells the work that does the read, right after it was started. */
    public void doneBy(Read read, Background.Task task) {
        read.task = task;
    }

    /** How many there are. */
    public int count() {
        synchronized (reads) {
            return reads.size();
        }
    }

    /** Ends all, and waits for their threads. */
    void close() {
        List<Read> running;
        synchronized (reads) {
            isClosed = true;
            running = List.copyOf(reads);
        }
        for (Read read : running) {
            read.isCancelled = true;
            read.task.await();
            read.end();
        }
    }
}
