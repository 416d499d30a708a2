package io.tailrace.tools.doctor;

import io.tailrace.node.config.NodeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at a machine as a node with some settings would find it. Stateless. */
public final class Doctor {
    private Doctor() {}

    /** @param root of the files in which Linux describes itself: {@code /}, or a prepared tree */
    public static List<Finding> look(Path root, NodeConfig config) {
        Machine machine = new Machine(root);
        List<Finding> findings = new ArrayList<>();
        findings.addAll(new ProcessorChecks(machine, config).run());
        findings.addAll(new MemoryChecks(machine, config).run());
        findings.addAll(new DiskChecks(machine, config).run());
        return findings;
    }
}
