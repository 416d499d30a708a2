package io.tailrace.node.warmup;

import io.tailrace.node.platform.Background;
import io.tailrace.node.store.Store;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the libraries of the store on a thread of its own, beside the rest of a start. */
final class LibraryWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(LibraryWarmUp.class);
    private static final long SECONDS = 10;

    private final CountDownLatch isWarm = new CountDownLatch(1);

    private LibraryWarmUp() {}

    static LibraryWarmUp begin() {
        LibraryWarmUp begun = new LibraryWarmUp();
        Background.THREADS.run("warm-up", () -> {
            try {
                Store.warmUp();
            } finally {
                begun.isWarm.countDown();
            }
        });
        return begun;
    }

    /** A process that ends while the libraries load prints their complaints after the line that says why. */
    void await() {
        try {
            if (!isWarm.await(SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("the libraries are still being loaded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
