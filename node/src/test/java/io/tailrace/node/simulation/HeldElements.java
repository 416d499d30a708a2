package io.tailrace.node.simulation;

import io.tailrace.node.shard.StoreText;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.ValueType;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a store holds of a collection, packed or large, as {@link Elements}. */
final class HeldElements {
    private HeldElements() {}

    static Elements of(Store store, long key, int length, Entry entry) {
        if (entry.type() == ValueType.STREAM) {
            return StreamElements.of(StoreText.streamEffects(store, key, length, entry));
        }
        List<List<String>> elements = StoreText.elements(store, key, length, entry);
        return switch (entry.type()) {
            case ValueType.HASH -> {
                TreeMap<String, String> fields = new TreeMap<>();
                elements.forEach(each -> fields.put(each.get(0), each.get(1)));
                yield new Elements.Fields(fields);
            }
            case ValueType.SORTED_SET -> {
                TreeMap<String, Double> scores = new TreeMap<>();
                elements.forEach(each -> scores.put(each.get(0), Double.parseDouble(each.get(1))));
                yield new Elements.Scores(scores);
            }
            case ValueType.SET ->
                new Elements.Members(
                        new TreeSet<>(elements.stream().map(each -> each.get(0)).toList()));
            default ->
                new Elements.Items(elements.stream().map(each -> each.get(0)).toList());
        };
    }
}
