package io.tailrace.node.digest;

import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.ListCursor;
import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SortedSetCursor;
import io.tailrace.node.value.StreamEntries;
import io.tailrace.wire.memory.DoubleText;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of Redis's DEBUG DIGEST and DIGEST-VALUE, which are the same here for the same keys and values, however either server
 * holds them. They are made of {@link Sha1Sum}s:
 *
 * <pre>
 *  value        mixes of: type, then of a string its bytes, of a list each element, of a stream each ID and the fields behind it;
 *  set          .. with the sum of its members
 *  hash         .. with the sum of its fields, each mixed of field and value
 *  sorted set   .. with the sum of its members, each mixed of member and score
 *  deadline     another summand
 *  database     sum of its keys, each mixed of the key and what its value mixes
 * </pre>
 *
 * <p>Expensive: all of a store is read. For one thread, the shard's, which closes it.
 */
public final class RedisDigest implements AutoCloseable {
    private static final byte[] DEADLINE = "!!expire!!".getBytes(StandardCharsets.US_ASCII);

    /** Of a key that is not there. */
    public static final byte[] NOTHING = new Sha1Sum().bytes();

    private final NativeBuffer text = new NativeBuffer(DoubleText.MAX_LENGTH);

    /** Of a key's value, whether past its deadline or not; zeros when there is none. */
    public byte[] ofValue(Store store, byte[] key) {
        Sha1Sum sum = new Sha1Sum();
        add(store, key, sum);
        return sum.bytes();
    }

    /** By database, the sum of its keys; null where there are none. */
    public byte[][] ofDatabases(Databases databases, int count) {
        byte[][] sums = new byte[count][];
        for (int i = 0; i < count; i++) {
            Store store = databases.of(i);
            sums[i] = store.keys() == 0 ? null : ofStore(store);
        }
        return sums;
    }

    private byte[] ofStore(Store store) {
        Sha1Sum all = new Sha1Sum();
        List<byte[]> keys = new ArrayList<>();
        for (int segment = 0; segment < store.segments(); segment++) {
            store.scan(segment, (address, length, entry) -> keys.add(Memory.toBytes(address, length)));
            for (byte[] key : keys) {
                Sha1Sum sum = new Sha1Sum();
                sum.mix(key);
                add(store, key, sum);
                all.add(sum.bytes());
            }
            keys.clear();
        }
        return all.bytes();
    }

    /** The parts of all shards as one digest. */
    public static byte[] together(List<byte[][]> shards) {
        Sha1Sum whole = new Sha1Sum();
        for (int i = 0; i < shards.get(0).length; i++) {
            int database = i;
            List<byte[]> sums = shards.stream()
                    .map(sumsOfOne -> sumsOfOne[database])
                    .filter(sum -> sum != null)
                    .toList();
            if (!sums.isEmpty()) {
                whole.mix(number(database));
                sums.forEach(whole::addSum);
            }
        }
        return whole.bytes();
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    private void add(Store store, byte[] key, Sha1Sum sum) {
        try (NativeBuffer name = new NativeBuffer(Math.max(1, key.length))) {
            Memory.copyIn(key, 0, name.address(), key.length);
            StoredValue value = new StoredValue(store);
            if (key.length <= Store.MAX_KEY_LENGTH && value.open(name.address(), key.length)) {
                sum.mix(number(redisType(value.type())));
                add(value, sum);
                if (value.expireAtEpochMs() != Entry.NO_EXPIRY) {
                    sum.add(DEADLINE);
                }
            }
        }
    }

    private static int redisType(int type) {
        return switch (type) {
            case ValueType.STRING -> 0;
            case ValueType.LIST -> 1;
            case ValueType.SET -> 2;
            case ValueType.SORTED_SET -> 3;
            case ValueType.HASH -> 4;
            case ValueType.STREAM -> 6;
            default -> throw new IllegalStateException("a value of type " + type);
        };
    }

    private void add(StoredValue value, Sha1Sum sum) {
        switch (value.type()) {
            case ValueType.STRING ->
                sum.mix(bytes(value.entry().valueAddress(), value.entry().valueLength()));
            case ValueType.LIST -> list(value, sum);
            case ValueType.SET -> {
                MemberCursor members = new MemberCursor().wrap(value);
                while (members.next()) {
                    sum.add(bytes(members.memberAddress(), members.memberLength()));
                }
            }
            case ValueType.HASH -> hash(value, sum);
            case ValueType.SORTED_SET -> sortedSet(value, sum);
            default -> stream(value, sum);
        }
    }

    private static byte[] bytes(long address, int length) {
        return Memory.toBytes(address, length);
    }

    private static void list(StoredValue value, Sha1Sum sum) {
        ListCursor cursor = new ListCursor().wrap(value);
        for (boolean isThere = cursor.seek(0); isThere; isThere = cursor.next()) {
            sum.mix(bytes(cursor.address(), cursor.length()));
        }
    }

    private static void hash(StoredValue value, Sha1Sum sum) {
        MemberCursor fields = new MemberCursor().wrap(value);
        while (fields.next()) {
            Sha1Sum field = new Sha1Sum();
            field.mix(bytes(fields.memberAddress(), fields.memberLength()));
            field.mix(bytes(fields.valueAddress(), fields.valueLength()));
            sum.add(field.bytes());
        }
    }

    private void sortedSet(StoredValue value, Sha1Sum sum) {
        SortedSetCursor cursor = new SortedSetCursor().wrap(value);
        for (boolean isThere = cursor.seek(0); isThere; isThere = cursor.next()) {
            Sha1Sum member = new Sha1Sum();
            member.mix(bytes(cursor.memberAddress(), cursor.memberLength()));
            member.mix(bytes(text.address(), DoubleText.write(text.address(), cursor.score())));
            sum.add(member.bytes());
        }
    }

    private static void stream(StoredValue value, Sha1Sum sum) {
        StreamEntries entries = new StreamEntries().wrap(value).all();
        while (entries.next()) {
            String id = Long.toUnsignedString(entries.id().millis()) + "."
                    + Long.toUnsignedString(entries.id().sequence());
            sum.mix(id.getBytes(StandardCharsets.US_ASCII));
            while (entries.nextField()) {
                sum.mix(bytes(entries.nameAddress(), entries.nameLength()));
                sum.mix(bytes(entries.valueAddress(), entries.valueLength()));
            }
        }
    }

    @Override
    public void close() {
        text.close();
    }
}
