package io.tailrace.tools.status;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.report.Warnings;
import io.tailrace.tools.online.NodeAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of {@code tailrace status}: two looks at each node, a while apart, for rates. One thread. */
public final class StatusRun {
    private static final int WIDTH = 200;
    private static final long BETWEEN_MS = 500;

    private StatusRun() {}

    /** Prints; returns whether there is nothing to warn of. */
    public static boolean run(List<HostPort> addresses, NodeAccess access, boolean isJson, PrintWriter out)
            throws IOException, InterruptedException {
        try (NodeLooks looks = new NodeLooks(addresses, access)) {
            looks.look();
            TimeUnit.MILLISECONDS.sleep(BETWEEN_MS);
            looks.look();
            if (isJson) {
                out.println(StatusJson.of(looks.nodes(), looks.trends()));
            } else {
                new StatusLines(WIDTH, false)
                        .once(looks.nodes(), looks.trends())
                        .forEach(out::println);
            }
            out.flush();
            List<String> warnings = new ArrayList<>(Warnings.ofAll(looks.nodes()));
            looks.nodes().forEach(node -> warnings.addAll(Warnings.of(node)));
            return warnings.isEmpty();
        }
    }
}
