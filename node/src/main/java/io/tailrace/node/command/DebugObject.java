package io.tailrace.node.command;

import io.tailrace.node.rdb.RdbSaver;
import io.tailrace.node.rdb.RdbWriter;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.store.AccessClock;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.CollectionType;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.util.List;
import java.util.Locale;

/**
 * DEBUG OBJECT: where a value lies, how Redis would hold it, how long its payload is, and when it was used; to look is no use of it.
 * The command names no keys, as in Redis, so every shard is asked, and the one that has the key answers. Stateless.
 *
 * <p>As in Redis the payload is written to be measured, on the shard's thread.
 */
final class DebugObject {
    private static final int KEY = 2;
    /** Of the payload of a DUMP, beyond the value itself: its type in front of it. */
    private static final int FRAME = 1 + RdbWriter.FOOTER;
    /** Of a value whose payload is measured. */
    private static final long MAX_BYTES = 512L << 20;

    private static final String NONE = "";

    private DebugObject() {}

    static void run(ClientSession session, Arguments arguments) {
        int database = session.info().database();
        byte[] key = arguments.bytes(KEY);
        session.<String>gather(services -> describe(services, database, key), (shards, reply) -> {
            String found = found(shards);
            if (found.startsWith("-")) {
                reply.error(found.substring(1));
            } else {
                reply.simple(found);
            }
        });
    }

    private static String found(List<String> shards) {
        return shards.stream().filter(line -> !line.equals(NONE)).findFirst().orElse("-ERR no such key");
    }

    private static String describe(ShardServices services, int database, byte[] key) {
        if (services.isLoading()) {
            return "-LOADING Redis is loading the dataset in memory";
        }
        if (key.length > Store.MAX_KEY_LENGTH) {
            return NONE;
        }
        try (NativeBuffer name = new NativeBuffer(Math.max(1, key.length))) {
            Memory.copyIn(key, 0, name.address(), key.length);
            Store store = services.shard().databases().of(database);
            store.now(services.shard().clock().epochMs());
            StoredValue value = new StoredValue(store);
            if (!value.open(name.address(), key.length)) {
                return NONE;
            }
            return store.figures().cost(key.length, value.entry()) > MAX_BYTES
                    ? "-ERR the value takes more than 512 MiB, MEMORY USAGE tells how much"
                    : describe(services.shard(), store.access(), value);
        }
    }

    private static String describe(Shard shard, AccessClock access, StoredValue value) {
        CollectionLimits limits = shard.settings().collections();
        boolean isString = value.type() == ValueType.STRING;
        CollectionType type = isString ? null : shard.types().of(value.type());
        try (RdbSaver saver = new RdbSaver(limits.encodings())) {
            StreamWork streams = new StreamWork(limits, shard.types().of(ValueType.STREAM));
            RdbWriter payload = DumpCommands.payload(value, type, streams, saver);
            return "Value at:0x" + Long.toHexString(value.entry().valueAddress())
                    + " refcount:" + ObjectCommands.references(value, access)
                    + " encoding:" + (isString ? StringEncoding.of(value.entry()) : type.encoding(value))
                    + " serializedlength:" + (payload.length() - FRAME)
                    + " lru:" + value.entry().access()
                    + " lru_seconds_idle:" + access.idleSeconds(value.entry().access())
                    + (value.type() == ValueType.LIST ? nodes(saver, type.size(value), limits) : "");
        }
    }

    /** Of a list: the nodes in which it is dumped, and Redis would hold it. */
    private static String nodes(RdbSaver saver, long elements, CollectionLimits limits) {
        return String.format(
                Locale.ROOT,
                " ql_nodes:%d ql_avg_node:%.2f ql_listpack_max:%d ql_compressed:0 ql_uncompressed_size:%d",
                saver.nodes(),
                (double) elements / saver.nodes(),
                limits.encodings().listNode(),
                saver.nodeBytes());
    }
}
