package io.tailrace.node.platform;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the C library gives memory back (mallopt(3)). By itself it learns from the first large piece that is freed to cut the next ones from its
 * heap; when the last of them is freed, all go back to the system in one call: 20 ms of a shard's thread for a sorted set of ten million
 * members. With a limit that is set, what is larger is mapped and unmapped piece by piece. Other C libraries have no such function.
 */
public final class NativeHeap {
    private static final Logger LOG = LoggerFactory.getLogger(NativeHeap.class);

    private static final int M_MMAP_THRESHOLD = -3;
    /** Smaller than what stores are cut from, larger than buffers that come and go. */
    private static final int MIN_MAPPED_BYTES = 2 << 20;

    private NativeHeap() {}

    /** For the whole process, before it has large pieces. */
    public static void mapLargePieces() {
        try {
            if (Platform.isLinux()) {
                Function.getFunction("c", "mallopt").invokeInt(new Object[] {M_MMAP_THRESHOLD, MIN_MAPPED_BYTES});
            }
        } catch (LinkageError e) {
            LOG.debug("memory is given back as the C library does by itself: {}", e.getMessage());
        }
    }
}
