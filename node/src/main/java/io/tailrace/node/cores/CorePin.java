package io.tailrace.node.cores;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import net.openhft.affinity.Affinity;
import net.openhft.affinity.AffinityLock;
import net.openhft.affinity.impl.NullAffinity;

/**
 * The calling thread, pinned to a processor by OpenHFT Affinity, or unpinned. Closed on the same thread.
 *
 * <p>Only a lock on exactly the wanted processor is asked for, and only after setting the affinity itself was allowed:
 * the library's other calls pick another processor, never give processor 0, or throw and keep the lock file (measured). The lock
 * tells other processes; where its file can't be written the thread is pinned without one.
 */
public final class CorePin implements AutoCloseable {
    /** {@link #processor} of a thread that is not pinned. */
    public static final int NONE = -1;

    static final CorePin UNPINNED = new CorePin(null, null, NONE);

    private final AffinityLock lock;
    private final BitSet before;
    private final int processor;

    private CorePin(AffinityLock lock, BitSet before, int processor) {
        this.lock = lock;
        this.before = before;
        this.processor = processor;
    }

    /** Pins the calling thread; throws with what is in the way, and leaves it as it was. */
    static CorePin pin(int processor) throws PinException {
        if (Affinity.getAffinityImpl() instanceof NullAffinity) {
            throw new PinException("this platform can't pin threads: JNA's native library can't be loaded");
        }
        BitSet before = Affinity.getAffinity();
        try {
            Affinity.setAffinity(processor);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new PinException("processor " + processor + " is not there, or not allowed to this process");
        }
        if (!Files.isWritable(Path.of(System.getProperty("java.io.tmpdir")))) {
            return new CorePin(null, before, processor);
        }
        Affinity.setAffinity(before);
        AffinityLock lock = AffinityLock.acquireLock(new int[] {processor});
        if (lock.isBound()) {
            return new CorePin(lock, before, processor);
        }
        lock.release();
        throw new PinException("processor " + processor + " is reserved by another process");
    }

    /** The processor, or {@link #NONE}. */
    public int processor() {
        return processor;
    }

    @Override
    public void close() {
        if (lock != null) {
            lock.release();
        } else if (before != null) {
            Affinity.setAffinity(before);
        }
    }
}
