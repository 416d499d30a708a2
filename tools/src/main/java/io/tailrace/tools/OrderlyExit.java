package io.tailrace.tools;

import io.tailrace.node.Node;

/**
 * Ends a node in order when a signal ends the process. A JVM that dies of SIGTERM reports 143 whatever its hooks do, so
 * the hook itself ends the process with 0 once the node is down: a supervisor sees a clean stop as one. A node that is
 * still starting has promised nothing to anybody and is simply dropped; its log is safe by itself.
 */
final class OrderlyExit implements AutoCloseable {

    private final Thread hook = new Thread(this::shutdownAndHalt, "tailrace-shutdown");
    private volatile Node node;

    OrderlyExit() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** From now on a signal shuts this node down first. */
    void cover(Node launched) {
        node = launched;
    }

    /** Ends the cover: the node has ended by itself or did not start. */
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
            Node launched = node;
            if (launched != null) {
                launched.shutdown();
            }
            status = 0;
        } catch (RuntimeException | Error e) {
            e.printStackTrace(System.err);
        } finally {
            System.out.flush();
            Runtime.getRuntime().halt(status);
        }
    }
}
