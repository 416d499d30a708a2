package io.tailrace.tools.demo;

import java.io.IOException;

/** One of the demo's two nodes, and what its INFO says. */
final class DemoNode implements AutoCloseable {
    private final String name;
    private final NodeProcess process;

    DemoNode(String name, NodeProcess process) {
        this.name = name;
        this.process = process;
    }

    String name() {
        return name;
    }

    NodeProcess process() {
        return process;
    }

    ReplicationInfo status() throws IOException {
        try (RespClient client = process.connect()) {
            return ReplicationInfo.of(client);
        }
    }

    KeyspaceDigest digest() throws IOException {
        try (RespClient client = process.connect()) {
            return KeyspaceDigest.of(client);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
