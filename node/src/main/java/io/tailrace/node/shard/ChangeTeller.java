package io.tailrace.node.shard;

import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordView;

/**
 * Tells of keys that were changed, once the change is logged. Owned by the shard's reactor thread.
 *
 * <pre>
 *  told                                      by
 *  clients that watch a key                  {@link Watches}
 *  clients that cache a key                  {@link KeyTracking}
 *  subscribers of keyspace notifications     {@link KeyEvents}
 *  clients that wait for a key               {@link KeysMadeListener}
 * </pre>
 */
final class ChangeTeller {
    private final Watches watches;
    private final KeyEvents events;
    private KeysMadeListener keysMade = KeysMadeListener.NONE;

    ChangeTeller(Watches watches, KeyEvents events) {
        this.watches = watches;
        this.events = events;
    }

    /** Whether nobody is to be told of any change. */
    boolean isQuiet() {
        return watches.isEmpty() && !watches.tracking().isActive() && !events.isOn() && !keysMade.isAwaiting();
    }

    void onKeysMade(KeysMadeListener listener) {
        keysMade = listener;
    }

    /** A transaction was logged. */
    void committed(RecordBuilder record, ChangedKeys changed) {
        touch(record, changed.touched());
        publish();
        if (keysMade.isAwaiting()) {
            tell(record, changed);
        }
    }

    /** A record from the primary was logged and applied. */
    void followed(RecordView record, EffectApplier applier) {
        if (keysMade.isAwaiting()) {
            applier.tell(record, keysMade);
        }
    }

    /** What a transaction without effects, or an applied record, has noted of keys. */
    void publish() {
        watches.tracking().publish();
        if (events.hasNoted()) {
            events.publish();
        }
    }

    private void touch(RecordBuilder record, RecordSlices touched) {
        if (watches.isEmpty()) {
            return;
        }
        for (int i = 0; i < touched.count(); i++) {
            long key = record.address() + touched.offset(i);
            if (touched.isRemoved(i)) {
                watches.remove(touched.database(i), key, touched.length(i));
            } else {
                watches.touch(touched.database(i), key, touched.length(i));
            }
        }
    }

    private void tell(RecordBuilder record, ChangedKeys changed) {
        RecordSlices made = changed.made();
        for (int i = 0; i < made.count(); i++) {
            keysMade.made(made.database(i), record.address() + made.offset(i), made.length(i));
        }
        for (int[] swap : changed.swaps()) {
            keysMade.swapped(swap[0], swap[1]);
        }
        tellChanged(record, changed.touched());
        tellChanged(record, changed.kept());
        if (changed.hasRemovedAll()) {
            keysMade.allRemoved();
        }
    }

    private void tellChanged(RecordBuilder record, RecordSlices keys) {
        for (int i = 0; i < keys.count(); i++) {
            keysMade.changed(keys.database(i), record.address() + keys.offset(i), keys.length(i));
        }
    }
}
