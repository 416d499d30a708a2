package io.tailrace.tools;

import io.tailrace.node.config.HostPort;
import io.tailrace.tools.online.NodeAccess;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The nodes that a command line names. Stateless. */
final class OnlineNodes {
    private OnlineNodes() {}

    static List<HostPort> of(List<String> texts, NodeAccess access, CommandSpec spec) {
        if (access.problem() != null) {
            throw new ParameterException(spec.commandLine(), access.problem());
        }
        List<HostPort> nodes = new ArrayList<>();
        for (String text : texts) {
            try {
                nodes.add(NodeAccess.address(text));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage());
            }
        }
        return nodes;
    }
}
