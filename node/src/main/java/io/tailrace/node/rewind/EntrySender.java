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
import io.tailrace.wire.record.RecordLayout;

/**
 * What a primary does for a replica that rewinds: answers each FETCH with the entries of its keys, and each FETCH_MEMBERS with
 * the members of one key, a bounded part per duty cycle. An entry carries its version, so it may be newer than another one; a
 * large collection is frozen and sent as it was then, see {@link CollectionSender}. Members may be of different moments: the
 * replica does all records after the shared one again. Owned by the shard's reactor thread.
 */
public final class EntrySender implements AutoCloseable {
    private static final int NO_TYPE = -1;
    /** Of a key: where its length is, after its place, and its bytes. */
    private static final int LENGTH = Integer.BYTES;

    private static final int KEY = LENGTH + Integer.BYTES;
    /** Of a member: its bytes, after its length. */
    private static final int MEMBER = Integer.BYTES;

    private final Shard shard;
    private final NativeBuffer request = new NativeBuffer(16 << 10);
    private final NativeBuffer header = new NativeBuffer(EntryImage.MAX_HEADER_LENGTH);
    private final EntryImage image = new EntryImage();
    private final CollectionTypes types;
    private final CollectionSender collection = new CollectionSender();
    private StoredValue value;
    private Store opened;
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
        return KEY + Memory.getInt(frame.bodyAddress() + LENGTH) < frame.bodyLength();
    }

    /** The first is a key; the others are too, unless they are members. */
    private static String problem(String name, long address, int bodyLength, boolean isOfMembers) {
        int at = 0;
        while (at < bodyLength && (at == 0 || !isOfMembers)) {
            int room = bodyLength - at - KEY;
            int keyLength = room < 0 ? -1 : Memory.getInt(address + at + LENGTH);
            if (keyLength < 0 || keyLength > Math.min(room, Store.MAX_KEY_LENGTH)) {
                return "a " + name + " with a key that is not whole at byte " + at;
            }
            int place = Memory.getInt(address + at);
            if (place < 0 || place >= RecordLayout.MAX_DATABASES) {
                return "a " + name + " with a key of database " + place;
            }
            at += KEY + keyLength;
        }
        while (at < bodyLength) {
            int room = bodyLength - at - MEMBER;
            int memberLength = room < 0 ? -1 : Memory.getInt(address + at);
            if (memberLength < 0 || memberLength > room) {
                return "a " + name + " with a member that is not whole at byte " + at;
            }
            at += MEMBER + memberLength;
        }
        return isOfMembers && bodyLength == 0 ? "a " + name + " without a key" : null;
    }

    /** Puts out a part of what was asked for, hardly more than the budget; returns how many bytes. */
    public int fill(FrameWriter frames, int budget) {
        int filled = 0;
        while (answered < length && filled < budget) {
            if (collection.isOpen()) {
                filled += collection.fill(frames, budget - filled);
                if (!collection.isOpen()) {
                    opened.closeRetired();
                    keyAnswered(frames);
                }
            } else {
                filled += type == NO_TYPE ? key(frames) : members(frames, budget - filled);
            }
        }
        return filled;
    }

    private void keyAnswered(FrameWriter frames) {
        answered += KEY + Memory.getInt(request.address() + answered + LENGTH);
        if (answered == length) {
            answeredAll(frames);
        }
    }

    private void answeredAll(FrameWriter frames) {
        answered = length;
        Backlog backlog = shard.backlog();
        frames.fetched(backlog.lastIndex(), backlog.lastChain(), backlog.recordCount());
    }

    /** Opens the key at an address; returns whether there is a value. */
    private boolean open(long at) {
        opened = shard.databases().at(Memory.getInt(at));
        if (opened == null) {
            return false;
        }
        if (value == null) {
            value = new StoredValue(opened);
        }
        value.use(opened);
        return value.open(at + KEY, Memory.getInt(at + LENGTH));
    }

    private int key(FrameWriter frames) {
        long at = request.address() + answered;
        int keyLength = Memory.getInt(at + LENGTH);
        int filled = keyLength + 1;
        if (!open(at)) {
            frames.noEntry(Memory.getInt(at), at + KEY, keyLength);
        } else if (value.isTree()) {
            collection.begin(types.freeze(value), frames);
            return filled;
        } else {
            Entry entry = value.entry();
            frames.entry(image(at, entry.valueLength(), entry.valueAddress()));
            filled += entry.valueLength();
        }
        keyAnswered(frames);
        return filled;
    }

    private EntryImage image(long at, int valueLength, long valueAddress) {
        Entry entry = value.entry();
        EntryImage.putVersion(header.address(), entry.version(), entry.ordinal(), entry.expireAtEpochMs());
        EntryImage.putLengths(
                header.address(), entry.typeAndEncoding(), Memory.getInt(at), Memory.getInt(at + LENGTH), valueLength);
        return image.wrap(header.address(), at + KEY, valueAddress);
    }

    /** The key is the first part of the request, the members the others. */
    private int members(FrameWriter frames, int budget) {
        long at = request.address();
        int keyLength = Memory.getInt(at + LENGTH);
        boolean isThere = open(at) && value.type() == type;
        int filled = 1;
        if (!isEntrySent) {
            isEntrySent = true;
            membersSent = 0;
            answered = KEY + keyLength;
            filled += keyLength;
            if (!isThere) {
                frames.noEntry(Memory.getInt(at), at + KEY, keyLength);
                answeredAll(frames);
                return filled;
            }
            frames.collection(image(at, 0, at));
        }
        while (isThere && answered < length && filled < budget) {
            filled += member(frames);
        }
        if (!isThere || answered == length) {
            frames.elementsEnd(membersSent);
            answeredAll(frames);
        }
        return filled;
    }

    private int member(FrameWriter frames) {
        long at = request.address() + answered;
        int memberLength = Memory.getInt(at);
        MemberAccess access = types.of(type).members();
        int filled = 1;
        if (access.find(value, at + MEMBER, memberLength)) {
            filled += access.length();
            access.copyTo(frames.elements(0, access.length()));
            membersSent++;
        }
        answered += MEMBER + memberLength;
        return filled;
    }

    @Override
    public void close() {
        collection.close();
        if (opened != null) {
            opened.closeRetired();
        }
        request.close();
        header.close();
    }
}
