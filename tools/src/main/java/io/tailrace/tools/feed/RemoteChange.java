package io.tailrace.tools.feed;

import io.tailrace.node.feed.FeedPosition;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.ShardIndexes;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A change as FEEDREAD replies it: {@code change token micros [[name, argument ...] ...]}, its effects as the log has them. One
 * thread, which closes it.
 */
final class RemoteChange implements ChangeView, AutoCloseable {
    private static final int TOKEN = 1;
    private static final int MICROS = 2;
    private static final int EFFECTS = 3;

    private final int shard;
    private final NativeBuffer bytes = new NativeBuffer(1 << 10);
    private final Arguments arguments = new Arguments();
    private final ShardIndexes parts = new ShardIndexes();
    private FeedPosition position;
    private long micros;
    private List<?> effects;
    private int next;
    private int selected;
    private Effect effect;

    RemoteChange(int shard) {
        this.shard = shard;
    }

    RemoteChange wrap(List<?> entry) throws IOException {
        String token = new String((byte[]) entry.get(TOKEN), StandardCharsets.US_ASCII);
        position = FeedPosition.parse(token);
        if (position == null) {
            throw new IOException("the node sent a change without a token: " + token);
        }
        micros = (Long) entry.get(MICROS);
        effects = (List<?>) entry.get(EFFECTS);
        next = 0;
        selected = 0;
        parts.clear();
        readMarks();
        return this;
    }

    /** What stands before the effects of a part. */
    private void readMarks() {
        while (next < effects.size()) {
            load((List<?>) effects.get(next));
            boolean isPart = arguments.is(0, "PART");
            if (!isPart && !arguments.is(0, "NEEDS")) {
                return;
            }
            for (int i = 1; isPart && i + 1 < arguments.count(); i += 2) {
                parts.add((int) arguments.parseLong(i), arguments.parseLong(i + 1));
            }
            next++;
        }
    }

    private void load(List<?> words) {
        int length = words.stream().mapToInt(word -> ((byte[]) word).length).sum();
        bytes.ensureCapacity(Math.max(1, length), 0);
        arguments.reset();
        long at = bytes.address();
        for (Object word : words) {
            byte[] raw = (byte[]) word;
            Memory.copyIn(raw, 0, at, raw.length);
            arguments.add(at, raw.length);
            at += raw.length;
        }
    }

    @Override
    public boolean next() {
        while (next < effects.size()) {
            load((List<?>) effects.get(next++));
            effect = Effect.of(arguments);
            if (effect == null) {
                throw new IllegalStateException("record " + position.token()
                        + " holds a command that this version does not know: " + arguments.ascii(0));
            }
            if (effect == Effect.ECHO) {
                continue;
            }
            if (effect != Effect.SELECT) {
                return true;
            }
            selected = (int) arguments.parseLong(1);
        }
        return false;
    }

    String token() {
        return position.token();
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public long index() {
        return position.index();
    }

    @Override
    public long commitMicros() {
        return micros;
    }

    @Override
    public int database() {
        return effect.database(arguments, selected);
    }

    @Override
    public Effect effect() {
        return effect;
    }

    @Override
    public Arguments arguments() {
        return arguments;
    }

    @Override
    public ShardIndexes parts() {
        return parts;
    }

    @Override
    public void close() {
        bytes.close();
    }
}
