package io.tailrace.node.rdb;

import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.DoubleReader;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/**
 * A value for a file, put together from the effects that make it, in as many as they come: {@code SET}, {@code HSET}, {@code RPUSH}, {@code
 * SADD}, {@code ZADD}, and those of streams. In the plain form of its type, which a server packs as it likes when it loads it. For one
 * thread, which closes it; reused for the next value.
 */
public final class RdbValue implements AutoCloseable {
    private static final int RETAINED_BYTES = 1 << 20;

    private final RdbWriter head = new RdbWriter();
    private final RdbWriter body = new RdbWriter();
    private final RdbStream stream = new RdbStream();
    private final NativeBuffer key = new NativeBuffer(256);
    private int type;
    private int keyLength;
    private int database;
    private long expireAtEpochMs;
    private long count;

    /** Begins another one, of a type of {@link ValueType}; the key is copied. */
    public void begin(int ofDatabase, int valueType, long expireAt, long keyAddress, int length) {
        type = valueType;
        database = ofDatabase;
        expireAtEpochMs = expireAt;
        keyLength = length;
        key.ensureCapacity(Math.max(1, length), 0);
        Memory.copy(keyAddress, key.address(), length);
        head.clear();
        body.shrinkTo(RETAINED_BYTES);
        body.clear();
        count = 0;
        if (type == ValueType.STREAM) {
            stream.begin();
        }
    }

    /** Adds what one effect makes of it. A deadline is that of {@link #begin}. */
    public void command(Effect effect, Arguments arguments) {
        switch (effect) {
            case SET -> body.string(arguments.address(2), arguments.length(2));
            case HSET, RPUSH, SADD -> elements(arguments, effect == Effect.HSET ? 2 : 1);
            case ZADD -> scored(arguments);
            case PEXPIREAT -> {
                // is known already
            }
            default -> stream.command(effect, arguments);
        }
    }

    private void elements(Arguments arguments, int each) {
        for (int i = 2; i < arguments.count(); i++) {
            body.string(arguments.address(i), arguments.length(i));
        }
        count += (arguments.count() - 2) / each;
    }

    private void scored(Arguments arguments) {
        for (int i = 2; i < arguments.count(); i += 2) {
            body.string(arguments.address(i + 1), arguments.length(i + 1));
            double score = DoubleReader.read(arguments.address(i), arguments.length(i));
            body.i64(Double.doubleToRawLongBits(score));
            count++;
        }
    }

    /** Writes the whole value with its key. */
    public void writeTo(RdbFileWriter file) throws IOException {
        int rdbType =
                switch (type) {
                    case ValueType.STRING -> RdbType.STRING;
                    case ValueType.LIST -> RdbType.LIST;
                    case ValueType.SET -> RdbType.SET;
                    case ValueType.HASH -> RdbType.HASH;
                    case ValueType.SORTED_SET -> RdbType.ZSET;
                    case ValueType.STREAM -> RdbType.STREAM;
                    default -> throw new IOException("a value of type " + type + ", which RDB can't represent");
                };
        if (type == ValueType.STREAM) {
            stream.writeTo(body);
        } else if (type != ValueType.STRING) {
            head.count(count);
        }
        file.key(database, expireAtEpochMs, rdbType, key.address(), keyLength, head, body);
    }

    @Override
    public void close() {
        head.close();
        body.close();
        key.close();
        stream.close();
    }
}
