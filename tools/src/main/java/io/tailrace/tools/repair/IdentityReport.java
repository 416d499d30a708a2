package io.tailrace.tools.repair;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.directory.NodeIdentity;
import java.io.PrintWriter;
import java.nio.file.Path;

/** The lines about what a node is, by its data directory, or is to be. */
public final class IdentityReport {
    private final PrintWriter out;
    private final Path directory;
    private final NodeIdentity identity;

    public IdentityReport(PrintWriter out, Path directory, NodeIdentity identity) {
        this.out = out;
        this.directory = directory;
        this.identity = identity;
    }

    /** What is wrong with the files; nothing where they are good. */
    public void state() {
        String problem = identity.obstacle() == null ? identity.refusal() : identity.obstacle();
        if (problem != null) {
            out.println("node: " + problem);
        }
    }

    /** What the node would be. */
    public void offer(HostPort primary) {
        out.println("node: would be " + role(primary));
        out.println("node: nothing was changed; the same with --yes does this");
    }

    /** What the node is now. */
    public void done(HostPort primary) {
        out.println("node: is " + role(primary));
        out.println("node: a start with --replicaof HOST:PORT follows that one all the same");
    }

    private String role(HostPort primary) {
        String role = primary == null
                ? "a primary, which begins a new history when it starts"
                : "a replica of " + primary + ", which takes nothing over that is not continued by its data";
        String id = identity.nodeId() == null ? "a new identity" : "identity " + identity.nodeId();
        return role + ", with " + identity.shards() + (identity.shards() == 1 ? " shard" : " shards") + " and " + id
                + ", in " + directory;
    }
}
