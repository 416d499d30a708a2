package io.tailrace.tools.system;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The logs of several nodes as {@code tailrace dump} prints them, to be compared record by record. */
final class LogDumps {
    private LogDumps() {}

    /** Requires that the logs are the same in every index, time, chain and effect; returns how many lines each has. */
    static long requireSame(List<NodeProcess> nodes) throws IOException {
        List<Process> dumps = new ArrayList<>();
        try {
            for (NodeProcess node : nodes) {
                dumps.add(start(node));
            }
            Await.until(
                    "the logs to be dumped", Cluster.LIMIT, () -> dumps.stream().noneMatch(Process::isAlive));
        } finally {
            dumps.forEach(Process::destroy);
        }
        for (int i = 0; i < dumps.size(); i++) {
            if (dumps.get(i).exitValue() != 0) {
                throw new AssertionError(Files.readString(file(nodes.get(i))));
            }
        }
        for (NodeProcess node : nodes) {
            // a line that names the generation of the log is not of the log
            List<String> lines = Files.readAllLines(file(node));
            lines.removeIf(line -> line.startsWith("#"));
            Files.write(file(node), lines);
        }
        Path first = file(nodes.get(0));
        for (NodeProcess node : nodes) {
            if (Files.mismatch(first, file(node)) >= 0) {
                throw new AssertionError("the logs of ports " + nodes.get(0).port() + " and " + node.port()
                        + " differ: " + firstDifference(first, file(node)));
            }
        }
        try (var lines = Files.lines(first)) {
            return lines.count();
        }
    }

    private static Process start(NodeProcess node) throws IOException {
        // from within the data directory, so that no path is printed that only one of them has
        ProcessBuilder builder = new ProcessBuilder(NodeProcess.launcher().toString(), "dump", ".")
                .directory(node.data().toFile())
                .redirectErrorStream(true)
                .redirectOutput(file(node).toFile());
        builder.environment().put("TAILRACE_BUILD", "never");
        return builder.start();
    }

    private static Path file(NodeProcess node) {
        return node.directory().resolve("dump.txt");
    }

    private static String firstDifference(Path one, Path other) throws IOException {
        try (var ours = Files.newBufferedReader(one);
                var theirs = Files.newBufferedReader(other)) {
            String here = ours.readLine();
            String there = theirs.readLine();
            while (here != null && here.equals(there)) {
                here = ours.readLine();
                there = theirs.readLine();
            }
            return here + " and " + there;
        }
    }
}
