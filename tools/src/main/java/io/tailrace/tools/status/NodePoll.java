package io.tailrace.tools.status;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.report.NodeFacts;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.online.NodeAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Asks one node for its INFO, again and again, over one connection that is made again when it breaks. One thread. */
final class NodePoll implements AutoCloseable {
    private final HostPort node;
    private final NodeAccess access;
    private RespClient client;

    NodePoll(HostPort node, NodeAccess access) {
        this.node = node;
        this.access = access;
    }

    NodeFacts ask() {
        try {
            if (client == null) {
                client = access.connect(node);
            }
            String text = new String((byte[]) client.call("INFO", "everything"), StandardCharsets.UTF_8);
            return NodeFacts.of(node.toString(), text, System.nanoTime());
        } catch (IOException e) {
            close();
            String message = e.getMessage().replace("can't ask " + node + ": ", "");
            return NodeFacts.unreachable(node.toString(), message, System.nanoTime());
        }
    }

    @Override
    public void close() {
        if (client != null) {
            try {
                client.close();
            } catch (IOException e) {
                // it is of no use any more
            }
            client = null;
        }
    }
}
