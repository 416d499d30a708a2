package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes the effects that make a stream: its entries, its header, its groups with their consumers and what is pending.
 *
 * <pre>
 *  each entry       XADD key id field value ...
 *  the header       XSETID key last ENTRIESADDED n MAXDELETEDID id      without entries: after an XADD and an XTRIM of it
 *  each group       XGROUP CREATE key group id ENTRIESREAD n
 *  each consumer    XGROUP CREATECONSUMER key group consumer
 *                   XCLAIM key group consumer 0 0-0 TIME ms ...         when it was last seen
 *  what is pending  XCLAIM key group consumer 0 id TIME ms RETRYCOUNT n FORCE JUSTID
 * </pre>
 *
 * <p>Redis leaves out what is pending of entries that are deleted, as it does in a rewrite of its own.
 */
final class StreamRewriter implements CollectionRewriter {
    private final byte[] key;
    private final EffectBuilder effect = new EffectBuilder();
    private final StreamEntries entries = new StreamEntries();
    private final StreamId last = new StreamId();
    private final StreamId maxDeleted = new StreamId();
    private final StreamId id = new StreamId();
    private final StreamCursor records = new StreamCursor();
    private final Map<Integer, byte[]> groups = new HashMap<>();
    private final Map<Long, byte[]> consumers = new HashMap<>();
    private long added;
    private boolean hasEntries;
    private boolean isHeadWritten;

    StreamRewriter(byte[] key) {
        this.key = key;
    }

    @Override
    public void packed(long address, int length, EffectReceiver effects) {
        begin(address, StreamHead.RETAINED);
        long start = address + StreamHead.BYTES;
        long end = address + length;
        long middle = start + StreamHead.small(address, StreamHead.GROUP_BYTES);
        elements(StreamTable.ENTRIES, middle, (int) (end - middle), effects);
        elements(StreamTable.GROUPS, start, (int) (middle - start), effects);
        end(effects);
    }

    @Override
    public void begin(long head, int length) {
        StreamHead.id(head, StreamHead.LAST, last);
        StreamHead.id(head, StreamHead.MAX_DELETED, maxDeleted);
        added = Memory.getLong(head + StreamHead.ADDED);
    }

    @Override
    public void elements(int section, long address, int length, EffectReceiver effects) {
        if (section == StreamTable.ENTRIES) {
            entries(address, length, effects);
            return;
        }
        head(effects);
        records.wrap(address, length);
        for (boolean isThere = records.first(); isThere; isThere = records.next()) {
            group(effects);
        }
    }

    private void entries(long address, int length, EffectReceiver effects) {
        entries.wrap(address, length).all();
        while (entries.next()) {
            hasEntries = true;
            effect.begin(Effect.XADD.name()).add(key).add(entries.id());
            while (entries.nextField()) {
                effect.add(entries.nameAddress(), entries.nameLength());
                effect.add(entries.valueAddress(), entries.valueLength());
            }
            effect.give(effects);
        }
    }

    private void head(EffectReceiver effects) {
        if (isHeadWritten) {
            return;
        }
        isHeadWritten = true;
        if (!hasEntries) {
            id.set(last);
            if (id.isLowest() || id.isHighest()) {
                id.set(0, 1);
            }
            effect.begin(Effect.XADD.name()).add(key).add(id).add("f").add("v").give(effects);
            id.increment();
            effect.begin(Effect.XTRIM.name()).add(key).add("MINID").add(id).give(effects);
        }
        effect.begin(Effect.XSETID.name())
                .add(key)
                .add(last)
                .add("ENTRIESADDED")
                .add(added);
        effect.add("MAXDELETEDID").add(maxDeleted).give(effects);
    }

    private void group(EffectReceiver effects) {
        long record = records.valueAddress();
        int group = StreamGroupKeys.group(records.key());
        switch (StreamGroupKeys.kind(records.key())) {
            case StreamGroupKeys.GROUP -> {
                byte[] name = Memory.toBytes(records.memberAddress(), records.memberLength());
                groups.put(Memory.getInt(record), name);
                long lastAt = record + StreamGroupKeys.LAST;
                id.set(Memory.getLong(lastAt), Memory.getLong(lastAt + Long.BYTES));
                effect.begin(Effect.XGROUP.name())
                        .add("CREATE")
                        .add(key)
                        .add(name)
                        .add(id);
                effect.add("ENTRIESREAD").add(Memory.getLong(record + StreamGroupKeys.READ));
                effect.give(effects);
            }
            case StreamGroupKeys.CONSUMER -> {
                byte[] name = Memory.toBytes(records.memberAddress(), records.memberLength());
                consumers.put(StreamGroupKeys.key(0, group, Memory.getInt(record)), name);
                effect.begin(Effect.XGROUP.name()).add("CREATECONSUMER").add(key);
                effect.add(groups.get(group)).add(name).give(effects);
                id.setLowest();
                claim(group, name, Memory.getLong(record + StreamGroupKeys.SEEN), 0, effects);
            }
            case StreamGroupKeys.PENDING -> {
                StreamGroupKeys.readId(records.memberAddress(), records.memberLength(), id);
                byte[] name = consumers.get(StreamGroupKeys.key(0, group, Memory.getInt(record)));
                long delivered = Memory.getLong(record + StreamGroupKeys.DELIVERED);
                claim(group, name, delivered, Memory.getLong(record + StreamGroupKeys.DELIVERIES), effects);
            }
            default -> {
                // derived from those above
            }
        }
    }

    private void claim(int group, byte[] consumer, long epochMs, long count, EffectReceiver effects) {
        effect.begin(Effect.XCLAIM.name()).add(key).add(groups.get(group)).add(consumer);
        effect.add("0").add(id).add("TIME").add(epochMs).add("RETRYCOUNT").add(count);
        effect.add("FORCE").add("JUSTID").give(effects);
    }

    @Override
    public void end(EffectReceiver effects) {
        head(effects);
    }

    @Override
    public void close() {
        effect.close();
    }
}
