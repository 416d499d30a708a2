package io.tailrace.node.report;

import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.NodeServices;
import io.tailrace.wire.resp.Arguments;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** INFO: which sections, in Redis's order. Stateless. */
public final class InfoCommand {
    private InfoCommand() {}

    public static void run(ClientSession session, Arguments arguments) {
        Set<String> wanted = new HashSet<>();
        for (int i = 1; i < arguments.count(); i++) {
            wanted.add(arguments.ascii(i).toLowerCase(Locale.ROOT));
        }
        NodeServices node = session.node();
        long nowMicros = session.nowMicros();
        session.gather(ShardReport::of, (shards, reply) -> reply.verbatim(text(wanted, node, shards, nowMicros)));
    }

    private static String text(Set<String> wanted, NodeServices node, List<ShardReport> shards, long nowMicros) {
        InfoText text = new InfoText();
        InfoSections sections = new InfoSections(node, shards, nowMicros, text);
        section("server", wanted, sections::server);
        section("clients", wanted, sections::clients);
        section("memory", wanted, sections::memory);
        section("persistence", wanted, sections::persistence);
        section("stats", wanted, sections::stats);
        section("replication", wanted, () -> new InfoReplication(node, shards, text).write());
        section("cpu", wanted, sections::cpu);
        section("modules", wanted, sections::modules);
        if (wanted.contains("commandstats") || isAll(wanted)) {
            sections.commandStats();
        }
        section("errorstats", wanted, sections::errorStats);
        section("cluster", wanted, sections::cluster);
        section("keyspace", wanted, sections::keyspace);
        return text.toString();
    }

    private static void section(String name, Set<String> wanted, Runnable write) {
        if (wanted.contains(name) || isDefault(wanted) || isAll(wanted)) {
            write.run();
        }
    }

    private static boolean isDefault(Set<String> wanted) {
        return wanted.isEmpty() || wanted.contains("default");
    }

    private static boolean isAll(Set<String> wanted) {
        return wanted.contains("all") || wanted.contains("everything");
    }
}
