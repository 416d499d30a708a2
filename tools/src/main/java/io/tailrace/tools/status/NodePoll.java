package io.tailrace.tools.status;

import io.tailrace.node.config.HostPort;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.online.NodeAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks one node for its INFO, again and again, over one connection that is made anew when it breaks. One thread. */
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
            Map<String, String> fields = new LinkedHashMap<>();
            String text = new String((byte[]) client.call("INFO", "everything"), StandardCharsets.UTF_8);
            text.lines().forEach(line -> {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.put(line.substring(0, colon), line.substring(colon + 1));
                }
            });
            return new NodeFacts(node.toString(), null, fields, System.nanoTime());
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
