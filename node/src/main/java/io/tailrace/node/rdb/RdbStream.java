package io.tailrace.node.rdb;

import io.tailrace.node.value.StreamEntries;
import io.tailrace.node.value.StreamId;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stream in the form of Redis 7.0 (type 19), put together from the effects that make it, or from what is there. The nodes are made as entries come; groups are
 * kept until the end. For one thread, which closes it.
 *
 * <pre>
 *  nodes n | node: ID of its first entry, 16 bytes, the highest first; listpack .. | entries | last ID | first ID | most deleted ID |
 *  entries ever | groups n | group: name, last ID, entries read, pending n, ID i64 i64, delivered at, deliveries .., consumers n,
 *  consumer: name, seen at, pending n, ID .. ..
 *
 *  listpack: live, deleted, fields n, field .., 0, then for each entry: flags, ms - first, seq - first, [n] (field) value .., elements
 * </pre>
 */
public final class RdbStream implements AutoCloseable {
    private static final int NODE_ENTRIES = 100;
    private static final int NODE_BYTES = 4 << 10;
    private static final int SAME_FIELDS = 2;
    private static final int FIRST_FIELD = 3;
    private static final int ID_BYTES = 2 * Long.BYTES;

    private final RdbWriter nodes = new RdbWriter();
    private final Listpack pack = new Listpack();
    private final NativeBuffer idBytes = new NativeBuffer(ID_BYTES);
    private final Arguments shown = new Arguments();
    private final StreamId id = new StreamId();
    private final StreamId nodeId = new StreamId();
    private final StreamId first = new StreamId();
    private final StreamId last = new StreamId();
    private final StreamId mostDeleted = new StreamId();
    private final List<byte[]> fields = new ArrayList<>();
    private final Map<ByteBuffer, Group> groups = new TreeMap<>(RdbStream::compare);
    private long nodeCount;
    private int inNode;
    private long entries;
    private long added;

    /** @param id of an entry */
    private record Pending(byte[] id, long deliveredEpochMs, long deliveries) {}

    private static final class Consumer {
        private long seenEpochMs;
        private final Map<ByteBuffer, Pending> pending = new TreeMap<>(RdbStream::compare);
    }

    private static final class Group {
        private final StreamId last = new StreamId();
        private long read;
        private final Map<ByteBuffer, Consumer> consumers = new TreeMap<>(RdbStream::compare);
    }

    private static int compare(ByteBuffer one, ByteBuffer other) {
        return Arrays.compareUnsigned(one.array(), other.array());
    }

    public void begin() {
        nodes.clear();
        pack.begin();
        first.setLowest();
        last.setLowest();
        mostDeleted.setLowest();
        fields.clear();
        groups.clear();
        nodeCount = 0;
        inNode = 0;
        entries = 0;
        added = 0;
    }

    void command(Effect effect, Arguments arguments) {
        switch (effect) {
            case XADD -> entry(arguments);
            case XTRIM -> {
                // all that there is: it was added so that there is a stream without entries
                pack.begin();
                inNode = 0;
                entries = 0;
                first.setLowest();
            }
            case XSETID -> {
                read(arguments, 6, mostDeleted);
                read(arguments, 2, id);
                head(id, arguments.parseLong(4), mostDeleted);
            }
            case XGROUP -> group(arguments);
            case XCLAIM -> claim(arguments);
            default -> throw new IllegalStateException(effect + " makes no stream");
        }
    }

    /** What is known besides entries and groups. */
    public void head(StreamId newLast, long newAdded, StreamId newMostDeleted) {
        last.set(newLast);
        added = newAdded;
        mostDeleted.set(newMostDeleted);
    }

    private static void read(Arguments arguments, int i, StreamId into) {
        into.read(arguments.address(i), arguments.length(i), 0);
    }

    /** The entry that is shown. */
    public void entry(StreamEntries entry) {
        id.set(entry.id());
        shown.reset();
        for (int i = 0; i < FIRST_FIELD; i++) {
            shown.add(idBytes.address(), 0);
        }
        while (entry.nextField()) {
            shown.add(entry.nameAddress(), entry.nameLength());
            shown.add(entry.valueAddress(), entry.valueLength());
        }
        fields(shown);
    }

    private void entry(Arguments arguments) {
        read(arguments, 2, id);
        fields(arguments);
    }

    /** Of the entry of {@code id}. */
    private void fields(Arguments arguments) {
        int bytes = 0;
        for (int i = 3; i < arguments.count(); i++) {
            bytes += arguments.length(i);
        }
        if (inNode > 0 && (inNode == NODE_ENTRIES || pack.length() + bytes >= NODE_BYTES)) {
            endNode();
        }
        if (inNode == 0) {
            beginNode(arguments);
        }
        int count = (arguments.count() - FIRST_FIELD) / 2;
        boolean isSame = hasSameFields(arguments, count);
        pack.addLong(isSame ? SAME_FIELDS : 0);
        pack.addLong(id.millis() - nodeId.millis());
        pack.addLong(id.sequence() - nodeId.sequence());
        if (!isSame) {
            pack.addLong(count);
        }
        for (int i = 0; i < count; i++) {
            int at = FIRST_FIELD + 2 * i;
            if (!isSame) {
                pack.add(arguments.address(at), arguments.length(at));
            }
            pack.add(arguments.address(at + 1), arguments.length(at + 1));
        }
        pack.addLong(isSame ? count + 3L : 2L * count + 4);
        inNode++;
        if (entries++ == 0) {
            first.set(id);
        }
    }

    private boolean hasSameFields(Arguments arguments, int count) {
        boolean isSame = count == fields.size();
        for (int i = 0; isSame && i < count; i++) {
            int at = FIRST_FIELD + 2 * i;
            byte[] field = fields.get(i);
            isSame = field.length == arguments.length(at) && Arrays.equals(field, arguments.bytes(at));
        }
        return isSame;
    }

    private void beginNode(Arguments arguments) {
        nodeId.set(id);
        fields.clear();
        pack.begin();
        pack.addLong(0);
        pack.addLong(0);
        pack.addLong((arguments.count() - FIRST_FIELD) / 2);
        for (int i = FIRST_FIELD; i < arguments.count(); i += 2) {
            fields.add(arguments.bytes(i));
            pack.add(arguments.address(i), arguments.length(i));
        }
        pack.addLong(0);
    }

    private void endNode() {
        // at most a hundred, which takes the byte that was left for it
        pack.first(inNode);
        raw(nodeId);
        nodes.bytes(idBytes.address(), ID_BYTES);
        pack.writeTo(nodes);
        pack.begin();
        nodeCount++;
        inNode = 0;
    }

    private void raw(StreamId of) {
        Memory.putLong(idBytes.address(), Long.reverseBytes(of.millis()));
        Memory.putLong(idBytes.address() + Long.BYTES, Long.reverseBytes(of.sequence()));
    }

    private void group(Arguments arguments) {
        if (arguments.is(1, "CREATE")) {
            read(arguments, 4, id);
            group(arguments.bytes(3), id, arguments.parseLong(6));
        } else {
            consumer(arguments.bytes(3), arguments.bytes(4));
        }
    }

    /** @param read how many entries, or -1 */
    public void group(byte[] name, StreamId lastRead, long read) {
        Group group = new Group();
        group.last.set(lastRead);
        group.read = read;
        groups.put(ByteBuffer.wrap(name), group);
    }

    /** Of a group that was given. */
    public void consumer(byte[] group, byte[] name) {
        groups.get(ByteBuffer.wrap(group)).consumers.put(ByteBuffer.wrap(name), new Consumer());
    }

    private Consumer consumerOf(byte[] group, byte[] name) {
        return groups.get(ByteBuffer.wrap(group)).consumers.get(ByteBuffer.wrap(name));
    }

    /** When a consumer was last seen. */
    public void seen(byte[] group, byte[] consumer, long epochMs) {
        consumerOf(group, consumer).seenEpochMs = epochMs;
    }

    /** What is pending with a consumer. */
    public void pending(byte[] group, byte[] consumer, StreamId of, long deliveredEpochMs, long deliveries) {
        raw(of);
        byte[] bytes = Memory.toBytes(idBytes.address(), ID_BYTES);
        Pending pending = new Pending(bytes, deliveredEpochMs, deliveries);
        consumerOf(group, consumer).pending.put(ByteBuffer.wrap(bytes), pending);
    }

    private void claim(Arguments arguments) {
        read(arguments, 5, id);
        long epochMs = arguments.parseLong(7);
        if (id.isLowest()) {
            seen(arguments.bytes(2), arguments.bytes(3), epochMs);
        } else {
            pending(arguments.bytes(2), arguments.bytes(3), id, epochMs, arguments.parseLong(9));
        }
    }

    void writeTo(RdbWriter out) {
        if (inNode > 0) {
            endNode();
        }
        out.count(nodeCount);
        out.append(nodes);
        out.count(entries);
        id(out, last);
        id(out, first);
        id(out, mostDeleted);
        out.count(added);
        out.count(groups.size());
        groups.forEach((name, group) -> {
            string(out, name);
            id(out, group.last);
            out.count(group.read);
            Map<ByteBuffer, Pending> all = new TreeMap<>(RdbStream::compare);
            group.consumers.values().forEach(consumer -> all.putAll(consumer.pending));
            out.count(all.size());
            all.values().forEach(pending -> {
                raw(out, pending.id);
                out.i64(pending.deliveredEpochMs);
                out.count(pending.deliveries);
            });
            out.count(group.consumers.size());
            group.consumers.forEach((of, consumer) -> consumer(out, of, consumer));
        });
    }

    private static void consumer(RdbWriter out, ByteBuffer name, Consumer consumer) {
        string(out, name);
        out.i64(consumer.seenEpochMs);
        out.count(consumer.pending.size());
        consumer.pending.values().forEach(pending -> raw(out, pending.id));
    }

    private static void id(RdbWriter out, StreamId of) {
        out.count(of.millis());
        out.count(of.sequence());
    }

    private static void raw(RdbWriter out, byte[] bytes) {
        for (byte each : bytes) {
            out.u8(each);
        }
    }

    private static void string(RdbWriter out, ByteBuffer text) {
        out.count(text.capacity());
        raw(out, text.array());
    }

    @Override
    public void close() {
        nodes.close();
        pack.close();
        idBytes.close();
    }
}
