package io.tailrace.node;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.node.reactor.Reactor;
import java.util.List;

/** A node in a world of its caller's, for tests in other packages. */
public final class DrivenNode {
    private DrivenNode() {}

    public static Node launch(NodeConfig config, Platform platform) throws NodeStartException {
        return Node.launch(config, platform);
    }

    public static List<Reactor> reactors(Node node) {
        return node.reactors();
    }
}
