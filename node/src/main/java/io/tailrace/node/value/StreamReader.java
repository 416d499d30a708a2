package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;

/** Reads a frozen stream as it is written to snapshots: its entries, each with its names, and then its groups' records. One thread. */
final class StreamReader implements ElementReader {
    private final StreamEntries entries = new StreamEntries();
    private final StreamCursor groups = new StreamCursor();
    private int section = StreamTable.ENTRIES;
    private int entryLength;

    StreamReader(FrozenValue frozen) {
        entries.wrap(frozen.views().get(StreamTable.ENTRIES), frozen.views().get(StreamTable.GROUPS))
                .all();
        groups.wrap(frozen.views().get(StreamTable.GROUPS));
    }

    @Override
    public boolean next() {
        if (section == StreamTable.ENTRIES) {
            if (entries.next()) {
                entryLength = entries.ownLength();
                return true;
            }
            section = StreamTable.GROUPS;
            // schemas, which come first, are not written
            return groups.seek(StreamGroupKeys.key(StreamGroupKeys.GROUP), 0, 0);
        }
        return groups.next();
    }

    @Override
    public int section() {
        return section;
    }

    @Override
    public int length() {
        return section == StreamTable.ENTRIES
                ? StreamTable.bytesFor(entries.memberLength(), entryLength)
                : StreamTable.bytesFor(groups.memberLength(), groups.valueLength());
    }

    @Override
    public void copyTo(long address) {
        if (section == StreamTable.GROUPS) {
            StreamTable.put(
                    address,
                    groups.key(),
                    groups.memberAddress(),
                    groups.memberLength(),
                    groups.valueAddress(),
                    groups.valueLength());
            return;
        }
        Memory.putLong(address, entries.id().millis());
        long at = PackedBytes.put(StreamTable.memberAt(address), entries.member(), entries.memberLength());
        entries.copyOwn(PackedBytes.putLength(at, entryLength));
    }
}
