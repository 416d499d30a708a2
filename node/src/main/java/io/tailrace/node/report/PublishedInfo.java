package io.tailrace.node.report;

import io.tailrace.node.services.NodeServices;
import java.util.List;

/** INFO's text from what the shards have published, so that who wants them asks no shard's thread. Stateless: any thread. */
final class PublishedInfo {
    private PublishedInfo() {}

    /** The text of the sections that INFO shows by default, in its order; what only a shard's thread can tell is 0. */
    static String of(NodeServices node, List<ShardReport> shards, long nowMicros) {
        InfoText text = new InfoText();
        InfoSections sections = new InfoSections(node, shards, nowMicros, text);
        sections.server();
        sections.clients();
        sections.memory();
        sections.persistence();
        sections.stats();
        InfoCycles.longest(shards, text);
        new InfoReplication(node, shards, text).write();
        sections.cpu();
        sections.errorStats();
        sections.keyspace();
        return text.toString();
    }
}
