package io.tailrace.node.report;

import io.tailrace.node.shard.History;
import io.tailrace.wire.record.HexText;
import java.util.List;

/**
 * INFO's lines on the histories that a log went through, newest first: {@code history0_shard0} is the one of
 * {@code master_replid}, {@code history1_shard0} of {@code master_replid2}. All of them are in the shard's file and shown by
 * {@code tailrace history}. Stateless.
 */
final class InfoHistory {
    private static final int MAX = 8;

    private InfoHistory() {}

    static void write(List<ShardReport> shards, InfoText text) {
        for (int shard = 0; shard < shards.size(); shard++) {
            List<History.Term> terms = shards.get(shard).log().terms();
            for (int back = 0; back < Math.min(MAX, terms.size()); back++) {
                History.Term term = terms.get(terms.size() - 1 - back);
                text.field(
                        "history" + back + "_shard" + shard,
                        "id=" + term.id() + ",term=" + term.term() + ",first_index=" + term.firstIndex()
                                + ",records_before=" + term.recordsBefore() + ",began_us=" + term.beganMicros()
                                + ",previous_index=" + term.previousIndex() + ",previous_chain="
                                + HexText.of(term.previousChain()));
            }
        }
    }
}
