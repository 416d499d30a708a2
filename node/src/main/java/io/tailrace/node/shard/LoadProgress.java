package io.tailrace.node.shard;

/**
 * How far a shard's data has been loaded at a start, in bytes of the snapshot's file and of the log after it. Written by the
 * thread that loads; any thread reads, and may end the loading.
 */
public final class LoadProgress {
    /** Tells, now and then, that something has been loaded. */
    public interface Listener {
        void onProgress(LoadProgress progress);
    }

    /** Entries or records between two looks at the outside. */
    private static final int LOOK_EVERY = 1 << 10;

    private final Listener listener;
    private volatile long totalBytes;
    private volatile long loadedBytes;
    private volatile boolean isCancelled;
    private volatile String source = "";
    private long bytes;
    private int steps;

    /** @param listener on the thread that loads */
    public LoadProgress(Listener listener) {
        this.listener = listener;
    }

    /** For a start that is not watched. */
    public static LoadProgress unwatched() {
        return new LoadProgress(progress -> {});
    }

    public long totalBytes() {
        return totalBytes;
    }

    public long loadedBytes() {
        return loadedBytes;
    }

    /** Of what the data was built, in words; empty until that is known. */
    public String source() {
        return source;
    }

    /** Ends the loading, with an error, soon. */
    public void cancel() {
        isCancelled = true;
    }

    /** Another attempt begins. */
    void restart(long expectedBytes) {
        bytes = 0;
        loadedBytes = 0;
        totalBytes = expectedBytes;
    }

    /** Notes one entry or record. */
    void add(long loaded) {
        bytes += loaded;
        if (++steps % LOOK_EVERY == 0) {
            loadedBytes = Math.min(bytes, totalBytes);
            listener.onProgress(this);
            check();
        }
    }

    void check() {
        if (isCancelled) {
            throw new LoadCancelledException();
        }
    }

    /** All is loaded. */
    void end(String builtFrom) {
        loadedBytes = totalBytes;
        source = builtFrom;
    }
}
