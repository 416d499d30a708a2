package io.tailrace.node.shard;

import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.CollectionRewriter;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.EffectReceiver;
import io.tailrace.node.value.ElementReader;
import io.tailrace.node.value.PackedBytes;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/** All that a store holds, as text: type, deadline and elements of each key, whether packed or not. */
public final class StoreText {
    private static final CollectionTypes TYPES = new CollectionTypes(CollectionLimits.standard());

    private StoreText() {}

    public static TreeMap<String, String> of(Store store) {
        TreeMap<String, String> contents = new TreeMap<>();
        for (int segment = 0; segment < store.segments(); segment++) {
            store.scan(
                    segment,
                    (key, length, entry) -> contents.put(Memory.toAscii(key, length), text(store, key, length, entry)));
        }
        return contents;
    }

    /** The same of all databases, each key after the number of its own and a colon. */
    public static TreeMap<String, String> of(Databases databases) {
        TreeMap<String, String> contents = new TreeMap<>();
        for (Store store : databases.stores()) {
            int database = databases.databaseAt(store.place());
            of(store).forEach((key, text) -> contents.put(database + ":" + key, text));
        }
        return contents;
    }

    private static String text(Store store, long key, int length, Entry entry) {
        String head = ValueType.name(entry.type()) + " " + entry.expireAtEpochMs() + " ";
        if (entry.type() == ValueType.STRING) {
            return head + Memory.toAscii(entry.valueAddress(), entry.valueLength());
        }
        if (entry.type() == ValueType.STREAM) {
            return head + effects(store, key, length, entry);
        }
        List<String> elements = new ArrayList<>();
        elements(store, key, length, entry).forEach(element -> elements.add(String.join("|", element) + "|"));
        if (entry.type() != ValueType.LIST) {
            Collections.sort(elements);
        }
        return head + elements;
    }

    /** The elements of a collection that is no stream, in its own order, each as its parts: a hash's and a sorted set's have two. */
    public static List<List<String>> elements(Store store, long key, int length, Entry entry) {
        List<List<String>> elements = new ArrayList<>();
        if (entry.isTree()) {
            ElementReader reader = TYPES.of(entry.type()).reader(TYPES.lookAt(store, key, length, entry));
            while (reader.next()) {
                try (NativeBuffer buffer = new NativeBuffer(Math.max(1, reader.length()))) {
                    reader.copyTo(buffer.address());
                    elements.addAll(elements(entry.type(), buffer.address(), reader.length()));
                }
            }
        } else {
            elements.addAll(elements(entry.type(), entry.valueAddress(), entry.valueLength()));
            if (elements.size() != entry.packedElements()) {
                throw new AssertionError(elements.size() + " elements, the entry says " + entry.packedElements());
            }
        }
        return elements;
    }

    private static List<String> effects(Store store, long key, int length, Entry entry) {
        List<String> effects = new ArrayList<>();
        streamEffects(store, key, length, entry).forEach(words -> effects.add(String.join(" ", words) + " "));
        Collections.sort(effects);
        return effects;
    }

    /** The effects that make a stream, in their order: they don't tell how it is kept. */
    public static List<List<String>> streamEffects(Store store, long key, int length, Entry entry) {
        List<List<String>> effects = new ArrayList<>();
        EffectReceiver receiver = effect -> {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < effect.count(); i++) {
                words.add(effect.ascii(i));
            }
            effects.add(words);
        };
        CollectionType type = TYPES.of(entry.type());
        try (CollectionRewriter rewriter = type.rewriter(Memory.toBytes(key, length))) {
            if (!entry.isTree()) {
                rewriter.packed(entry.valueAddress(), entry.valueLength(), receiver);
            } else {
                rewriter.begin(CollectionHeader.ofType(entry.valueAddress()), type.headBytes());
                ElementReader reader = type.reader(TYPES.lookAt(store, key, length, entry));
                while (reader.next()) {
                    try (NativeBuffer buffer = new NativeBuffer(Math.max(1, reader.length()))) {
                        reader.copyTo(buffer.address());
                        rewriter.elements(reader.section(), buffer.address(), reader.length(), receiver);
                    }
                }
                rewriter.end(receiver);
            }
        }
        return effects;
    }

    private static List<List<String>> elements(int type, long address, int length) {
        List<List<String>> elements = new ArrayList<>();
        boolean isPair = type == ValueType.HASH || type == ValueType.SORTED_SET;
        long end = address + length;
        for (long at = address; at < end; ) {
            List<String> element = new ArrayList<>();
            for (int part = isPair ? 2 : 1; part > 0; part--) {
                element.add(part(at, type == ValueType.SORTED_SET && part == 1));
                at += PackedBytes.bytes(at);
            }
            elements.add(element);
        }
        return elements;
    }

    private static String part(long at, boolean isScore) {
        return isScore
                ? Double.toString(Double.longBitsToDouble(Memory.getLong(PackedBytes.address(at))))
                : Memory.toAscii(PackedBytes.address(at), PackedBytes.length(at));
    }
}
