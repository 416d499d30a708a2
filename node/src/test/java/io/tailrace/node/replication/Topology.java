package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.replication.PrimaryLocator.Location;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;

/** The question where a primary replicates, for a test that carries it over a network of its own. */
public final class Topology {
    private Topology() {}

    public static byte[] question() {
        return TopologyQuery.QUERY.clone();
    }

    public static Location parse(InetAddress host, byte[] answer) throws IOException {
        return TopologyQuery.parse(host, new ByteArrayInputStream(answer));
    }

    public static Location failed(HostPort primary, String problem) {
        return TopologyQuery.failed(primary, problem);
    }
}
