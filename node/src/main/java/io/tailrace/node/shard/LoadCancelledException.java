package io.tailrace.node.shard;

/** The node is to stop before its data is loaded. */
public final class LoadCancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadCancelledException() {
        super("the node stops before its data is loaded");
    }
}
