package io.tailrace.node.rewind;

import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;

/**
 * Asks the primary for what was touched, a frame at a time, and checks that the answers are to that. Owned by the shard's
 * reactor thread.
 *
 * <pre>
 *  keys   |-------- answered --------|---- asked ----|------ to be asked ------|
 *
 *  asked by               of                                  answered by
 *  FETCH                  keys in a row that none is kept of   an ENTRY for each, with ELEMENTS where it is large
 *  FETCH_MEMBERS          a kept key, and some of its members  an ENTRY with ELEMENTS, or one without a version
 *
 *  either one             and then                            FETCHED
 * </pre>
 */
final class EntryFetch implements AutoCloseable {
    private final TouchedKeys keys;
    private final TouchedMembers members;
    private final RewoundStore store;
    private final NativeBuffer framed = new NativeBuffer(1 << 10);
    private final EntryImage image = new EntryImage();
    private int asked;
    private int answered;
    private boolean isAsking;
    /** The kept key whose members are asked for, or -1. */
    private int keptKey = -1;
    /** Of its members, the next to ask for. */
    private int nextMember;

    private boolean isCollectionOpen;
    private long endIndex;
    private long endChain;
    private long endRecordCount;

    /** Begins when every key is known; what is fetched is not older than the record at {@code common}. */
    EntryFetch(
            TouchedKeys keys,
            TouchedMembers members,
            RewoundStore store,
            long common,
            long commonChain,
            long commonRecordCount) {
        this.keys = keys;
        this.members = members;
        this.store = store;
        endIndex = common;
        endChain = commonChain;
        endRecordCount = commonRecordCount;
    }

    /** Whether the primary has not answered yet. */
    boolean isAsking() {
        return isAsking;
    }

    /** Asks for the next part; returns false when there is none, as all was answered. */
    boolean ask(FrameWriter out) {
        assert !isAsking;
        if (keptKey >= 0 && nextMember != TouchedMembers.NONE) {
            askForMembers(out);
        } else if (answered == keys.count()) {
            return false;
        } else if (members.isKept(answered)) {
            keptKey = answered;
            asked = answered + 1;
            nextMember = members.newest(keptKey);
            askForMembers(out);
        } else {
            keptKey = -1;
            while (asked < keys.count() && !members.isKept(asked) && fits(asked)) {
                asked++;
            }
            out.fetch(keys.framed(answered), keys.framedLength(answered, asked));
        }
        isAsking = true;
        return true;
    }

    private boolean fits(int key) {
        return keys.framedLength(answered, key + 1) <= FrameLayout.MAX_FETCH;
    }

    private void askForMembers(FrameWriter out) {
        int keyLength = keys.framedLength(keptKey, keptKey + 1);
        int length = 0;
        for (; nextMember != TouchedMembers.NONE; nextMember = members.next(nextMember)) {
            int more = members.framedLength(nextMember);
            if (keyLength + length + more > FrameLayout.MAX_FETCH) {
                break;
            }
            framed.ensureCapacity(length + more, length);
            Memory.copy(members.framed(nextMember), framed.address() + length, more);
            length += more;
        }
        answered = keptKey;
        out.fetchMembers(store.typeOf(keptKey), keys.framed(keptKey), keyLength, framed.address(), length);
    }

    /** Takes a frame that answers; returns null, or what is wrong with it. */
    String onFrame(FrameDecoder frame) throws IOException {
        switch (frame.type()) {
            case FrameLayout.ENTRY:
                return entry(frame.argument(), frame.bodyAddress(), frame.bodyLength());
            case FrameLayout.ELEMENTS:
                return elements(frame.argument(), frame.bodyAddress(), frame.bodyLength());
            case FrameLayout.ELEMENTS_END:
                return elementsEnd(frame.argument());
            default:
                return fetched(
                        frame.argument(),
                        frame.bodyLong(FrameLayout.FETCHED_CHAIN_OFFSET),
                        frame.bodyLong(FrameLayout.FETCHED_RECORD_COUNT_OFFSET));
        }
    }

    private String entry(long version, long body, int bodyLength) throws IOException {
        if (answered == asked || isCollectionOpen) {
            return "an entry that was not asked for";
        }
        if (bodyLength < EntryImage.headerLengthAt(body)) {
            return "an entry of " + bodyLength + " bytes";
        }
        image.wrap(body);
        long valueBytes = (long) bodyLength - image.headerLength() - image.keyLength();
        boolean isWanted = valueBytes == image.valueLength()
                && image.place() == keys.place(answered)
                && Memory.equals(
                        keys.address(answered), keys.keyLength(answered), image.keyAddress(), image.keyLength());
        if (!isWanted) {
            return "the entry of another key than was asked for";
        }
        isCollectionOpen = (image.type() & FrameLayout.ELEMENTS_FOLLOW) != 0;
        String problem = null;
        if (keptKey >= 0) {
            problem = isCollectionOpen ? store.beginMembers(keptKey, image) : null;
        } else if (isCollectionOpen) {
            store.beginCollection(image);
        } else if (version != QueueIndex.NONE) {
            store.insert(image);
        }
        return isCollectionOpen || problem != null ? problem : answer();
    }

    private String answer() {
        answered++;
        return null;
    }

    private String elements(long section, long body, int length) {
        if (!isCollectionOpen || section < 0 || section > Byte.MAX_VALUE) {
            return "elements of no collection";
        }
        return keptKey >= 0 ? store.members(body, length) : store.elements((int) section, body, length);
    }

    private String elementsEnd(long elements) {
        if (!isCollectionOpen) {
            return "the end of no collection";
        }
        isCollectionOpen = false;
        String problem = keptKey >= 0 ? store.endMembers(elements) : store.endCollection(elements);
        return problem == null ? answer() : problem;
    }

    private String fetched(long lastIndex, long chain, long recordCount) {
        if (!isAsking || answered != asked || isCollectionOpen || lastIndex < endIndex) {
            return "the end of entries that are missing";
        }
        isAsking = false;
        endIndex = lastIndex;
        endChain = chain;
        endRecordCount = recordCount;
        return null;
    }

    /** The primary's last record when the last entry was fetched, or the common one: {@link QueueIndex}. */
    long endIndex() {
        return endIndex;
    }

    long endChain() {
        return endChain;
    }

    long endRecordCount() {
        return endRecordCount;
    }

    @Override
    public void close() {
        framed.close();
    }
}
