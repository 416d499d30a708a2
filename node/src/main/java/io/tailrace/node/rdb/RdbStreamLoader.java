package io.tailrace.node.rdb;

import io.tailrace.node.value.StreamId;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes a stream apart that is in the form of {@link RdbStream}, or in that of Redis 5 and 6 (type 15), which knows less of its past: into
 * the effects that make it, as elements. Nothing is believed of it: IDs must rise, names differ, and what is pending be one consumer's.
 * For one thread.
 *
 * <pre>
 *  effect: name | word before the key, or nothing | n | n arguments after the key
 * </pre>
 */
final class RdbStreamLoader {
    private static final int ID_BYTES = 2 * Long.BYTES;
    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;
    private static final long UNKNOWN = -1;

    private final RdbReader in;
    private final PackedEncodings packed;
    private final RdbElements out;
    private final RdbElements text;
    private final RdbElements pack;
    private final StreamId nodeId = new StreamId();
    private final StreamId id = new StreamId();
    private final StreamId first = new StreamId();
    private final StreamId last = new StreamId();
    private final StreamId mostDeleted = new StreamId();
    private final List<byte[]> names = new ArrayList<>();
    private long entries;
    private long added;
    /** Whether the entry that was read last is not deleted. */
    private boolean isLive;

    /** An entry that was delivered and not acknowledged. */
    private static final class Pending {
        private final StreamId id;
        private final long deliveredEpochMs;
        private final long deliveries;
        private boolean isOwned;

        Pending(StreamId id, long deliveredEpochMs, long deliveries) {
            this.id = id;
            this.deliveredEpochMs = deliveredEpochMs;
            this.deliveries = deliveries;
        }
    }

    /**
     * @param in comes after the type
     * @param out gets the effects
     * @param text for one string, and {@code pack} for the elements of a listpack
     */
    RdbStreamLoader(RdbReader in, PackedEncodings packed, RdbElements out, RdbElements text, RdbElements pack) {
        this.in = in;
        this.packed = packed;
        this.out = out;
        this.text = text;
        this.pack = pack;
    }

    void load(int type) throws BadPayloadException {
        long nodes = in.count();
        entries = 0;
        last.setLowest();
        first.setLowest();
        mostDeleted.setLowest();
        for (long i = 0; i < nodes; i++) {
            node();
        }
        require(in.count() == entries, "another number of entries");
        StreamId lastEntry = new StreamId().set(last);
        readId(last);
        require(!lastEntry.isAfter(last), "an entry above the last ID");
        added = entries;
        if (type == RdbType.STREAM) {
            readId(id);
            readId(mostDeleted);
            added = in.count();
        }
        head();
        groups(type);
    }

    private static void require(boolean isRight, String problem) throws BadPayloadException {
        if (!isRight) {
            throw new BadPayloadException("a stream with " + problem);
        }
    }

    private byte[] string() throws BadPayloadException {
        text.clear();
        in.string(text);
        text.next();
        return Memory.toBytes(text.address(), text.length());
    }

    private void readId(StreamId into) throws BadPayloadException {
        long millis = in.number();
        into.set(millis, in.number());
    }

    private void readRawId(StreamId into) throws BadPayloadException {
        long at = in.skip(ID_BYTES);
        into.set(Long.reverseBytes(Memory.getLong(at)), Long.reverseBytes(Memory.getLong(at + Long.BYTES)));
    }

    private void node() throws BadPayloadException {
        byte[] raw = string();
        require(raw.length == ID_BYTES, "a node without an ID");
        ByteBuffer both = ByteBuffer.wrap(raw);
        nodeId.set(both.getLong(), both.getLong());
        text.clear();
        in.string(text);
        text.next();
        pack.clear();
        packed.listpack(text.address(), text.length(), pack);
        pack.rewind();
        long live = number();
        long deleted = number();
        long fields = number();
        require(live >= 0 && deleted >= 0 && fields >= 0 && fields <= pack.count(), "a node without a head");
        names.clear();
        for (long i = 0; i < fields; i++) {
            next();
            names.add(Memory.toBytes(pack.address(), pack.length()));
        }
        require(number() == 0, "a node whose head has no end");
        long left = pack.count() - fields - 4;
        while (left > 0) {
            left -= entry(left);
            if (isLive) {
                live--;
            } else {
                deleted--;
            }
        }
        require(live == 0 && deleted == 0, "a node with another number of entries");
    }

    /** Returns how many elements it took. */
    private long entry(long left) throws BadPayloadException {
        long flags = number();
        isLive = (flags & DELETED) == 0;
        boolean isSame = (flags & SAME_FIELDS) != 0;
        long millis = number();
        id.set(nodeId.millis() + millis, nodeId.sequence() + number());
        long fields = isSame ? names.size() : number();
        require(fields > 0 && fields <= left, "an entry without fields");
        if (isLive) {
            require(id.isAfter(last), "IDs that don't rise");
            last.set(id);
            if (entries++ == 0) {
                first.set(id);
            }
            begin(Effect.XADD, "", 1 + 2 * fields);
            add(id);
        }
        for (int i = 0; i < fields; i++) {
            if (isSame && isLive) {
                add(names.get(i));
            } else if (!isSame) {
                copy();
            }
            copy();
        }
        number();
        return isSame ? 4 + fields : 5 + 2 * fields;
    }

    private void copy() throws BadPayloadException {
        next();
        if (isLive) {
            out.add(pack.address(), pack.length());
        }
    }

    private void next() throws BadPayloadException {
        require(pack.next(), "too few elements in a node");
    }

    private long number() throws BadPayloadException {
        next();
        require(Decimal.isLong(pack.address(), pack.length()), "a text in the place of a number");
        return Decimal.parse(pack.address(), pack.length());
    }

    private void begin(Effect effect, String word, long arguments) throws BadPayloadException {
        add(effect.name());
        add(word);
        out.addLong(arguments);
    }

    private void add(String ascii) throws BadPayloadException {
        add(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private void add(byte[] bytes) throws BadPayloadException {
        Memory.copyIn(bytes, 0, out.begin(bytes.length), bytes.length);
    }

    private void add(StreamId of) throws BadPayloadException {
        add(text(of));
    }

    private static String text(StreamId of) {
        return Long.toUnsignedString(of.millis()) + "-" + Long.toUnsignedString(of.sequence());
    }

    /** Without entries an entry is added and taken out again, so that there is a stream. */
    private void head() throws BadPayloadException {
        if (entries == 0) {
            id.set(last);
            if (id.isLowest() || id.isHighest()) {
                id.set(0, 1);
            }
            begin(Effect.XADD, "", 3);
            add(id);
            add("f");
            add("v");
            id.increment();
            begin(Effect.XTRIM, "", 2);
            add("MINID");
            add(id);
        }
        begin(Effect.XSETID, "", 5);
        add(last);
        add("ENTRIESADDED");
        out.addLong(added);
        add("MAXDELETEDID");
        add(mostDeleted);
    }

    private void groups(int type) throws BadPayloadException {
        long count = in.count();
        Set<ByteBuffer> known = new HashSet<>();
        for (long i = 0; i < count; i++) {
            byte[] name = string();
            require(known.add(ByteBuffer.wrap(name)), "a group that is there twice");
            readId(id);
            long read = type == RdbType.STREAM ? in.number() : entriesUpTo(id);
            begin(Effect.XGROUP, "CREATE", 4);
            add(name);
            add(id);
            add("ENTRIESREAD");
            out.addLong(read);
            consumers(name, pending());
        }
    }

    /** As Redis guesses it: known at both ends only, as nothing is known of what was deleted. */
    private long entriesUpTo(StreamId lastRead) {
        int toLast = lastRead.compareTo(last);
        if (added == 0 || toLast == 0) {
            return added;
        }
        if (toLast > 0) {
            return UNKNOWN;
        }
        return lastRead.isBefore(first) ? 0 : lastRead.compareTo(first) == 0 ? 1 : UNKNOWN;
    }

    private Map<String, Pending> pending() throws BadPayloadException {
        Map<String, Pending> all = new HashMap<>();
        long count = in.count();
        for (long i = 0; i < count; i++) {
            StreamId of = new StreamId();
            readRawId(of);
            long delivered = in.i64();
            require(
                    !of.isLowest() && all.put(text(of), new Pending(of, delivered, in.count())) == null,
                    "an entry that is pending twice");
        }
        return all;
    }

    private void consumers(byte[] group, Map<String, Pending> pending) throws BadPayloadException {
        long count = in.count();
        long owned = 0;
        Set<ByteBuffer> known = new HashSet<>();
        for (long i = 0; i < count; i++) {
            byte[] name = string();
            require(known.add(ByteBuffer.wrap(name)), "a consumer that is there twice");
            long seen = in.i64();
            begin(Effect.XGROUP, "CREATECONSUMER", 2);
            add(group);
            add(name);
            long own = in.count();
            for (long k = 0; k < own; k++, owned++) {
                readRawId(id);
                Pending of = pending.get(text(id));
                require(of != null && !of.isOwned, "an entry that is pending with no consumer, or with two");
                of.isOwned = true;
                claim(group, name, of.id, of.deliveredEpochMs, of.deliveries);
            }
            // the last word about when it was last seen
            claim(group, name, id.setLowest(), seen, 0);
        }
        require(owned == pending.size(), "an entry that is pending with no consumer");
    }

    private void claim(byte[] group, byte[] consumer, StreamId of, long millis, long count) throws BadPayloadException {
        begin(Effect.XCLAIM, "", 10);
        add(group);
        add(consumer);
        add("0");
        add(of);
        add("TIME");
        out.addLong(millis);
        add("RETRYCOUNT");
        out.addLong(count);
        add("FORCE");
        add("JUSTID");
    }
}
