package io.tailrace.snapshot;

import static io.tailrace.snapshot.SnapshotLayout.*;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;

/** Puts one large entry together again; memory grows with the bytes that came, never with what they claim. */
final class FragmentAssembler implements AutoCloseable {
    private final EntryDecoder decoder;
    private final NativeBuffer entry = new NativeBuffer(MAX_CHUNK_LENGTH);
    private int filled;

    FragmentAssembler(EntryDecoder decoder) {
        this.decoder = decoder;
    }

    /** Whether an entry has begun that needs more fragments. */
    boolean isPending() {
        return filled > 0;
    }

    /** Null when the fragment fits what came before, else what is wrong with it. */
    String problem(long fragment, int length) {
        if (filled == 0) {
            String problem = decoder.headerProblem(fragment, length);
            if (problem != null) {
                return problem;
            }
        }
        int missing = EntryDecoder.length(filled == 0 ? fragment : entry.address()) - filled;
        return length <= missing ? null : "a fragment of " + length + " bytes where its entry lacks " + missing;
    }

    /** What became of a fragment. */
    enum Outcome {
        /** More of its entry must come. */
        PENDING,
        /** It was the last one of an entry, which has been delivered. */
        ENTRY,
        /** The same, and the elements of a collection follow. */
        COLLECTION
    }

    /** Takes a fragment without a problem. */
    Outcome add(long fragment, int length) {
        entry.ensureCapacity(filled + length, filled);
        Memory.copy(fragment, entry.address() + filled, length);
        filled += length;
        if (filled < EntryDecoder.length(entry.address())) {
            return Outcome.PENDING;
        }
        boolean hasElements = decoder.deliver(entry.address());
        filled = 0;
        entry.shrinkTo(MAX_CHUNK_LENGTH);
        return hasElements ? Outcome.COLLECTION : Outcome.ENTRY;
    }

    @Override
    public void close() {
        entry.close();
    }
}
