package io.tailrace.node.reactor;

import io.tailrace.node.config.Cores;
import java.util.BitSet;
import net.openhft.affinity.Affinity;
import net.openhft.affinity.AffinityLock;
import net.openhft.affinity.impl.NullAffinity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pins the calling thread to a processor by OpenHFT Affinity, or lets it run unpinned with one clear warning: fewer
 * processors than shards, a restricted set, a container, no JNA. Never fails. Closed on the pinned thread.
 *
 * <p>Only a lock on exactly the wanted processor is asked for, and only after setting the affinity itself was allowed:
 * the library's other calls pick another processor, never give processor 0, or throw and keep the lock file (measured).
 */
public final class CorePin implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CorePin.class);

    private final AffinityLock lock;
    private final int cpu;

    private CorePin(AffinityLock lock, int cpu) {
        this.lock = lock;
        this.cpu = cpu;
    }

    /** Pins the calling thread, which runs the given shard, as configured. */
    public static CorePin pin(Cores cores, int shard) {
        switch (cores.kind()) {
            case LIST:
                return pin(cores.list().get(shard), shard);
            case AUTO:
                return pinToAny(shard);
            default:
                return new CorePin(null, -1);
        }
    }

    private static CorePin pinToAny(int shard) {
        BitSet allowed = Affinity.getAffinity();
        int wanted = allowed.length() - 1;
        for (int i = 0; i < shard && wanted >= 0; i++) {
            wanted = allowed.previousSetBit(wanted - 1);
        }
        if (wanted < 0) {
            return unpinned(shard, "there are only " + allowed.cardinality() + " processors");
        }
        return pin(wanted, shard);
    }

    private static CorePin pin(int cpu, int shard) {
        if (Affinity.getAffinityImpl() instanceof NullAffinity) {
            return unpinned(shard, "this platform can't pin threads (JNA is missing)");
        }
        BitSet before = Affinity.getAffinity();
        AffinityLock lock = null;
        try {
            Affinity.setAffinity(cpu);
            Affinity.setAffinity(before);
            lock = AffinityLock.acquireLock(new int[] {cpu});
            if (lock.isBound()) {
                return new CorePin(lock, cpu);
            }
            lock.release();
            return unpinned(shard, "processor " + cpu + " is reserved by another process");
        } catch (IllegalStateException | IllegalArgumentException e) {
            if (lock != null) {
                lock.release();
            }
            return unpinned(shard, "processor " + cpu + " is not allowed to this process");
        }
    }

    private static CorePin unpinned(int shard, String why) {
        LOG.warn("shard {} runs unpinned: {}", shard, why);
        return new CorePin(null, -1);
    }

    /** The processor, or -1. */
    public int cpu() {
        return cpu;
    }

    @Override
    public void close() {
        if (lock != null) {
            lock.release();
        }
    }
}
