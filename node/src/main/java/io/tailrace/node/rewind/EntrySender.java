package io.tailrace.node.rewind;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.MemberAccess;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;

/**
 * What a primary does for a replica that rewinds: answers each FETCH with the entries of its keys, and each FETCH_MEMBERS with
 * the members of one key, a bounded part per duty cycle. An entry carries its version, so it may be newer than another one; a
 * large collection is frozen and sent as it was then, see {@link CollectionSender}. Members may be of different moments: the
 * replica does all records after the shared one again. Owned by the shard's reactor thread.
 */
public final class EntrySender implements AutoCloseable {
    private static final int NO_TYPE = -1;

    private final Shard shard;
    private final NativeBuffer request = new NativeBuffer(16 << 10);
    private final NativeBuffer header = new NativeBuffer(EntryImage.HEADER_LENGTH);
    private final Entry entry = new Entry();
    private final EntryImage image = new EntryImage();
    private final CollectionTypes types;
    private final CollectionSender collection = new CollectionSender();
    private StoredValue value;
    private Store openedIn;
    private int length;
    private int answered;
    /** Of a FETCH_MEMBERS; {@link #NO_TYPE} for a FETCH. */
    private int type = NO_TYPE;

    private boolean isEntrySent;
    private long membersSent;

    public EntrySender(Shard shard) {
        this.shard = shard;
        types = shard.settings().newTypes();
    }

    /**
     * Takes a FETCH or FETCH_MEMBERS frame.
     *
     * @return null, or what is wrong with it
     */
    public String fetch(FrameDecoder frame) {
        String name = FrameLayout.typeName(frame.type());
        if (answered < length) {
            return "a " + name + " before the one before was answered";
        }
        boolean isOfMembers = frame.type() == FrameLayout.FETCH_MEMBERS;
        CollectionType asked = isOfMembers ? types.of((int) frame.argument()) : null;
        if (isOfMembers && (asked == null || frame.argument() != asked.type())) {
            return "a " + name + " of the unknown type " + frame.argument();
        }
        String problem = problem(name, frame.bodyAddress(), frame.bodyLength(), isOfMembers);
        if (problem != null) {
            return problem;
        }
        if (asked != null && asked.members() == null && hasMembers(frame)) {
            return "a " + name + " of a type without members";
        }
        type = isOfMembers ? asked.type() : NO_TYPE;
        request.ensureCapacity(Math.max(1, frame.bodyLength()), 0);
        Memory.copy(frame.bodyAddress(), request.address(), frame.bodyLength());
        length = frame.bodyLength();
        answered = 0;
        isEntrySent = false;
        return null;
    }

    private static boolean hasMembers(FrameDecoder frame) {
        return Integer.BYTES + Memory.getInt(frame.bodyAddress()) < frame.bodyLength();
    }

    /** The first is a key; the others are too, unless they are members. */
    private static String problem(String name, long address, int bodyLength, boolean isOfMembers) {
        int parts = 0;
        for (int at = 0; at < bodyLength; at += Integer.BYTES + Memory.getInt(address + at)) {
            int room = bodyLength - at - Integer.BYTES;
            int partLength = room < 0 ? -1 : Memory.getInt(address + at);
            int most = isOfMembers && parts > 0 ? room : Math.min(room, Store.MAX_STORED_KEY_LENGTH);
            if (partLength < 0 || partLength > most) {
                return "a " + name + " with a " + (most == room ? "part" : "key") + " that is not whole at byte " + at;
            }
            parts++;
        }
        return isOfMembers && parts == 0 ? "a " + name + " without a key" : null;
    }

    /** Puts out a part of what was asked for, hardly more than the budget; returns how many bytes. */
    public int fill(FrameWriter frames, int budget) {
        int filled = 0;
        while (answered < length && filled < budget) {
            if (collection.isOpen()) {
                filled += collection.fill(frames, budget - filled);
                if (!collection.isOpen()) {
                    shard.store().closeRetired();
                    partAnswered(frames);
                }
            } else {
                filled += type == NO_TYPE ? key(frames) : members(frames, budget - filled);
            }
        }
        return filled;
    }

    private int partLength() {
        return Memory.getInt(request.address() + answered);
    }

    private long part() {
        return request.address() + answered + Integer.BYTES;
    }

    private void partAnswered(FrameWriter frames) {
        answered += Integer.BYTES + partLength();
        if (answered == length) {
            Backlog backlog = shard.backlog();
            frames.fetched(backlog.lastIndex(), backlog.lastChain(), backlog.denseCount());
        }
    }

    private boolean open(long key, int keyLength) {
        Store store = shard.store();
        if (openedIn != store) {
            openedIn = store;
            value = new StoredValue(store);
        }
        return value.open(key, keyLength);
    }

    private int key(FrameWriter frames) {
        int keyLength = partLength();
        int filled = keyLength + 1;
        if (!shard.store().find(part(), keyLength, entry)) {
            frames.noEntry(part(), keyLength);
        } else if (entry.isTree()) {
            open(part(), keyLength);
            collection.begin(types.freeze(value), frames);
            return filled;
        } else {
            frames.entry(image(part(), keyLength, entry.valueLength(), entry.valueAddress()));
            filled += entry.valueLength();
        }
        partAnswered(frames);
        return filled;
    }

    private EntryImage image(long key, int keyLength, int valueLength, long valueAddress) {
        EntryImage.putVersion(header.address(), entry.version(), entry.ordinal(), entry.expireAtMillis());
        EntryImage.putLengths(header.address(), entry.typeAndEncoding(), keyLength, valueLength);
        return image.wrap(header.address(), key, valueAddress);
    }

    /** The key is the first part of the request, the members the others. */
    private int members(FrameWriter frames, int budget) {
        long key = request.address() + Integer.BYTES;
        int keyLength = Memory.getInt(request.address());
        boolean isThere = open(key, keyLength) && value.type() == type;
        int filled = 1;
        if (!isEntrySent) {
            isEntrySent = true;
            membersSent = 0;
            answered = Integer.BYTES + keyLength;
            filled += keyLength;
            if (!isThere) {
                frames.noEntry(key, keyLength);
                endMembers(frames);
                return filled;
            }
            shard.store().find(key, keyLength, entry);
            frames.collection(image(key, keyLength, 0, key));
        }
        while (isThere && answered < length && filled < budget) {
            filled += member(frames);
            answered += Integer.BYTES + partLength();
        }
        if (!isThere || answered == length) {
            frames.elementsEnd(membersSent);
            endMembers(frames);
        }
        return filled;
    }

    private int member(FrameWriter frames) {
        MemberAccess access = types.of(type).members();
        int filled = 1;
        if (access.find(value, part(), partLength())) {
            filled += access.length();
            access.copyTo(frames.elements(0, access.length()));
            membersSent++;
        }
        return filled;
    }

    private void endMembers(FrameWriter frames) {
        answered = length;
        Backlog backlog = shard.backlog();
        frames.fetched(backlog.lastIndex(), backlog.lastChain(), backlog.denseCount());
    }

    @Override
    public void close() {
        collection.close();
        shard.store().closeRetired();
        request.close();
        header.close();
    }
}
