package io.tailrace.snapshot;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.EntryImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps every entry by value. */
final class RecordingSink implements EntrySink {
    final List<Entry> entries = new ArrayList<>();

    /** Of collections: {@code section:elements} of each call, and how many elements the end claims. */
    final List<String> elements = new ArrayList<>();

    /** What is wrong with all elements, or null. */
    String problem;

    /** Whether it throws instead of taking an entry. */
    boolean isFull;

    @Override
    public void entry(EntryImage entry) {
        if (isFull) {
            throw new IllegalStateException("full");
        }
        entries.add(new Entry(
                entry.version(),
                entry.ordinal(),
                entry.expireAtEpochMs(),
                entry.type(),
                entry.place(),
                text(entry.keyAddress(), entry.keyLength()),
                text(entry.valueAddress(), entry.valueLength())));
    }

    @Override
    public void beginCollection(EntryImage head) {
        entry(head);
        elements.add("begin");
    }

    @Override
    public String elements(int section, long address, int length) {
        elements.add(section + ":" + text(address, length));
        return problem;
    }

    @Override
    public String endCollection(long count) {
        elements.add("end " + count);
        return null;
    }

    private static String text(long address, int length) {
        return new String(Memory.toBytes(address, length), StandardCharsets.ISO_8859_1);
    }
}
