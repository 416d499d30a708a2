package io.tailrace.node.report;

import io.tailrace.node.feed.FeedPlace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** INFO's lines on readers of the change feed that have a slot, one for each and shard: {@code feed0_shard1:name=..}. Stateless. */
final class InfoFeeds {
    private InfoFeeds() {}

    static void write(List<ShardReport> shards, InfoText text) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (int shard = 0; shard < shards.size(); shard++) {
            for (FeedPlace place : shards.get(shard).replication().feeds()) {
                Integer number = numbers.computeIfAbsent(place.name(), name -> numbers.size());
                text.field(
                        "feed" + number + "_shard" + shard,
                        "name=" + place.name() + ",state=" + place.state().text() + ",index=" + place.index()
                                + ",behind_records=" + place.behindRecords() + ",held_s=" + place.heldSeconds());
            }
        }
    }
}
