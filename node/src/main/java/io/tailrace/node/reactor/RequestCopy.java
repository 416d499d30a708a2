package io.tailrace.node.reactor;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;

/** A request's arguments and database, copied so that they outlive the input buffer: for another shard, or for EXEC. Immutable. */
final class RequestCopy {
    private final byte[] bytes;
    private final int[] ends;
    private final int database;

    private RequestCopy(byte[] bytes, int[] ends, int database) {
        this.bytes = bytes;
        this.ends = ends;
        this.database = database;
    }

    /** @param database of the keys */
    static RequestCopy of(Arguments arguments, int database) {
        int total = 0;
        int[] ends = new int[arguments.count()];
        for (int i = 0; i < ends.length; i++) {
            total += arguments.length(i);
            ends[i] = total;
        }
        byte[] bytes = new byte[total];
        for (int i = 0; i < ends.length; i++) {
            Memory.copyOut(arguments.address(i), bytes, ends[i] - arguments.length(i), arguments.length(i));
        }
        return new RequestCopy(bytes, ends, database);
    }

    /** A request of nothing but its name. */
    static RequestCopy named(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return new RequestCopy(bytes, new int[] {bytes.length}, 0);
    }

    /** The same with one argument replaced. */
    RequestCopy with(int argument, String text) {
        byte[] put = text.getBytes(StandardCharsets.US_ASCII);
        int from = argument == 0 ? 0 : ends[argument - 1];
        int more = put.length - (ends[argument] - from);
        byte[] changed = new byte[bytes.length + more];
        System.arraycopy(bytes, 0, changed, 0, from);
        System.arraycopy(put, 0, changed, from, put.length);
        System.arraycopy(bytes, ends[argument], changed, from + put.length, bytes.length - ends[argument]);
        int[] moved = ends.clone();
        for (int i = argument; i < moved.length; i++) {
            moved[i] += more;
        }
        return new RequestCopy(changed, moved, database);
    }

    int database() {
        return database;
    }

    int length() {
        return bytes.length;
    }

    /** Lays the arguments out at an offset of a buffer that is large enough, and gives their addresses. */
    void layOut(NativeBuffer buffer, int offset, Arguments into) {
        long base = buffer.address() + offset;
        Memory.copyIn(bytes, 0, base, bytes.length);
        into.reset();
        int start = 0;
        for (int end : ends) {
            into.add(base + start, end - start);
            start = end;
        }
    }
}
