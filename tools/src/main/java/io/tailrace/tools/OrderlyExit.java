package io.tailrace.tools;

import io.tailrace.node.log.ProcessLog;

/**
 * Ends a node, or another command that continues until then, in order when a signal ends the process. A JVM that dies of
 * SIGTERM reports 143 whatever its hooks do, so the hook itself ends the process with 0 once all is down: a supervisor
 * sees a clean stop as one. A node that is still starting has promised nothing to anybody and is simply dropped; its log
 * is safe by itself.
 */
final class OrderlyExit implements AutoCloseable {

    private final Thread hook = new Thread(this::shutdownAndHalt, "tailrace-shutdown");
    private volatile Runnable stop;

    OrderlyExit() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** From now on a signal runs this first, which returns when all is down. */
    void cover(Runnable orderlyStop) {
        stop = orderlyStop;
    }

    /** Ends the cover: what was covered has ended by itself or did not start. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            awaitHook();
        }
    }

    /** A signal is what ended the node, and the hook will end the process; the caller's exit code must not overtake it. */
    private void awaitHook() {
        try {
            hook.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void shutdownAndHalt() {
        int status = 1;
        try {
            Runnable covered = stop;
            if (covered != null) {
                covered.run();
            }
            status = 0;
        } catch (RuntimeException | Error e) {
            e.printStackTrace(System.err);
        } finally {
            ProcessLog.close();
            System.out.flush();
            Runtime.getRuntime().halt(status);
        }
    }
}
