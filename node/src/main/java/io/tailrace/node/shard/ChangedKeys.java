package io.tailrace.node.shard;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys that a transaction has changed, for those who are told when it is logged: clients that watch, track or wait. Owned by
 * the shard's reactor thread; reused, no garbage unless databases are swapped.
 */
final class ChangedKeys {
    private final RecordSlices touched = new RecordSlices();
    private final RecordSlices made = new RecordSlices();
    private final RecordSlices kept = new RecordSlices();
    private final List<int[]> swaps = new ArrayList<>();
    private boolean hasRemovedAll;
    private boolean isKeeping;

    void begin() {
        touched.clear();
        made.clear();
        kept.clear();
        isKeeping = false;
        swaps.clear();
        hasRemovedAll = false;
        select(0);
    }

    /** Of the keys that are noted from here on. */
    void select(int database) {
        touched.areOf(database);
        made.areOf(database);
        kept.areOf(database);
    }

    /** Whether the effects to come count as no write of their keys. */
    void keep(boolean isOn) {
        isKeeping = isOn;
    }

    boolean isKeeping() {
        return isKeeping;
    }

    void touch(int keyOffset, int keyLength) {
        (isKeeping ? kept : touched).add(keyOffset, keyLength);
    }

    /** An effect that counts as no write of its key. */
    void touchKept(int keyOffset, int keyLength) {
        kept.add(keyOffset, keyLength);
    }

    void remove(int keyOffset, int keyLength) {
        touched.addRemoved(keyOffset, keyLength);
    }

    void make(int keyOffset, int keyLength) {
        made.add(keyOffset, keyLength);
    }

    void swap(int one, int other) {
        swaps.add(new int[] {one, other});
    }

    void removeAll() {
        hasRemovedAll = true;
    }

    boolean hasRemovedAll() {
        return hasRemovedAll;
    }

    /** Keys that were written or removed. */
    RecordSlices touched() {
        return touched;
    }

    /** Keys with effects that count as no write of them; clients that wait for the key may still get on by one. */
    RecordSlices kept() {
        return kept;
    }

    /** Keys of collections that are new, or streams with more entries, in their order: what clients may wait for. */
    RecordSlices made() {
        return made;
    }

    /** Databases that were swapped, two each. */
    List<int[]> swaps() {
        return swaps;
    }
}
