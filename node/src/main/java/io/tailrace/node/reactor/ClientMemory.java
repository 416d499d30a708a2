package io.tailrace.node.reactor;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.services.ClientInfo;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the clients of one reactor hold of memory, and which of them are closed while those of the whole node hold more than
 * {@code max-memory-clients}: the largest first. Owned by the reactor's thread; other reactors read its sum and its largest bucket.
 *
 * <pre>
 *  bucket   0          1            2             ..   18
 *  bytes    < 32 KiB   < 64 KiB     < 128 KiB          8 GiB and more
 *           lists of the clients that may be closed, the longest there first; one moves when its size crosses a power of two, as in Redis
 * </pre>
 *
 * <p>A client is measured when what it has to send was sent as far as it goes, so once in a cycle in which it did something, whatever
 * the number of its commands. Without a limit none is: then once a second for INFO. Of several reactors only the first one with a client
 * in the largest bucket of all closes clients, so that no more are closed than necessary.
 */
final class ClientMemory {
    private static final Logger LOG = LoggerFactory.getLogger(ClientMemory.class);
    private static final int MIN_LOG = 15;
    private static final int MAX_LOG = 33;
    private static final int BUCKETS = MAX_LOG - MIN_LOG + 1;
    private static final int NONE = -1;

    /** A lower limit would leave no room for the command that corrects it: Redis's own. */
    private static final long MIN_LIMIT = 128 << 10;

    /** Closed in one cycle; the others in the next ones. */
    private static final int MAX_PER_CYCLE = 256;

    private static final long SAYS_AGAIN_MS = 1_000;

    /** What one connection holds, as it was last measured. */
    static final class Share {
        private final ClientInfo info;
        private final LongSupplier size;
        private final Runnable closing;
        private long bytes;
        private int bucket = NONE;
        private boolean isGone;
        private Share before;
        private Share after;

        /**
         * @param size what it holds now
         * @param closing closes it at once
         */
        Share(ClientInfo info, LongSupplier size, Runnable closing) {
            this.info = info;
            this.size = size;
            this.closing = closing;
        }

        /** What it holds now. */
        long measured() {
            return size.getAsLong();
        }
    }

    /** By bucket: the one that has been in it for the longest time, and the newest. */
    private final Share[] oldest = new Share[BUCKETS];

    private final Share[] newest = new Share[BUCKETS];
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private ClientMemory[] all = {this};
    private IntConsumer waking = shard -> {};
    private long limit;
    private volatile long bytes;
    private volatile int top = NONE;
    private long evicted;
    private long unsaid;
    private long saidSteadyMs;
    private boolean hasNone;

    /**
     * Tells which reactors there are, before any runs.
     *
     * @param wakes one of them
     */
    void connect(List<ClientMemory> reactors, IntConsumer wakes) {
        all = reactors.toArray(ClientMemory[]::new);
        waking = wakes;
    }

    /** @param measuring measures all connections, when the limit is a new one */
    void config(NodeConfig config, Runnable measuring) {
        long wanted = config.maxMemoryClients();
        if (wanted != 0) {
            wanted = Math.max(wanted, MIN_LIMIT);
        }
        if (wanted != limit) {
            limit = wanted;
            measuring.run();
        }
    }

    /** Clients closed since the start, or since the counters were reset. */
    long evicted() {
        return evicted;
    }

    void resetEvicted() {
        evicted = 0;
    }

    /** What all of the reactor's clients hold; any thread. */
    long bytes() {
        return bytes;
    }

    /** A connection did something: measures it if there is a limit. */
    void update(Share share) {
        if (limit != 0) {
            measure(share);
        }
    }

    /** Measures a connection if there is a limit; returns whether clients are to be closed, perhaps this one. */
    boolean isOver(Share share) {
        update(share);
        return limit != 0 && total() >= limit;
    }

    /** Measures a connection. */
    void measure(Share share) {
        if (share.isGone) {
            return;
        }
        long now = share.measured();
        if (now != share.bytes) {
            setBytes(bytes + now - share.bytes);
            share.bytes = now;
        }
        int bucket = limit == 0 || share.info.isNoEvict() ? NONE : bucket(now);
        if (bucket != share.bucket) {
            unlink(share);
            link(share, bucket);
        }
    }

    /** A connection has closed, or has another owner. */
    void remove(Share share) {
        share.isGone = true;
        unlink(share);
        setBytes(bytes - share.bytes);
        share.bytes = 0;
    }

    /** The only thread that writes it. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    private void setBytes(long sum) {
        assert sum >= 0 : sum;
        bytes = sum;
    }

    private static int bucket(long size) {
        int log = Long.SIZE - Long.numberOfLeadingZeros(size);
        return Math.min(Math.max(log, MIN_LOG), MAX_LOG) - MIN_LOG;
    }

    private void link(Share share, int bucket) {
        share.bucket = bucket;
        if (bucket == NONE) {
            return;
        }
        Share last = newest[bucket];
        share.before = last;
        if (last == null) {
            oldest[bucket] = share;
        } else {
            last.after = share;
        }
        newest[bucket] = share;
        top = Math.max(top, bucket);
    }

    private void unlink(Share share) {
        if (share.bucket == NONE) {
            return;
        }
        if (share.before == null) {
            oldest[share.bucket] = share.after;
        } else {
            share.before.after = share.after;
        }
        if (share.after == null) {
            newest[share.bucket] = share.before;
        } else {
            share.after.before = share.before;
        }
        share.before = null;
        share.after = null;
        share.bucket = NONE;
        int now = top;
        while (now >= 0 && oldest[now] == null) {
            now--;
        }
        top = now;
    }

    /** Closes clients while all of the node's hold too much, at the end of a cycle; returns how many. */
    int evict(long nowSteadyMs) {
        if (limit == 0) {
            return 0;
        }
        isAsked.setPlain(false);
        int count = 0;
        while (count < MAX_PER_CYCLE && total() >= limit) {
            int holder = holderOfLargest();
            if (holder == NONE || all[holder] != this) {
                askOrComplain(holder);
                break;
            }
            count++;
            close(oldest[top], nowSteadyMs);
        }
        hasNone &= total() >= limit;
        return count;
    }

    private long total() {
        long sum = 0;
        for (ClientMemory memory : all) {
            sum += memory.bytes;
        }
        return sum;
    }

    private int holderOfLargest() {
        int holder = NONE;
        int bucket = NONE;
        for (int i = 0; i < all.length; i++) {
            int theirs = all[i].top;
            if (theirs > bucket) {
                bucket = theirs;
                holder = i;
            }
        }
        return holder;
    }

    private void askOrComplain(int holder) {
        if (holder != NONE) {
            if (all[holder].isAsked.compareAndSet(false, true)) {
                waking.accept(holder);
            }
        } else if (!hasNone) {
            hasNone = true;
            LOG.warn(
                    "clients hold {} bytes, above max-memory-clients ({}), and none is left that may be closed",
                    total(),
                    limit);
        }
    }

    /** Says so once a second at most: a client that connects again and again must not fill the log. */
    private void close(Share share, long nowSteadyMs) {
        evicted++;
        unsaid++;
        if (nowSteadyMs - saidSteadyMs >= SAYS_AGAIN_MS || evicted == 1) {
            LOG.info(
                    "client={} address={}: closed with {} bytes, the largest, as clients hold {} bytes, above max-memory-clients ({});"
                            + " {} closed since the last such line",
                    share.info.id(),
                    share.info.address(),
                    share.bytes,
                    total(),
                    limit,
                    unsaid);
            saidSteadyMs = nowSteadyMs;
            unsaid = 0;
        }
        share.closing.run();
    }
}
