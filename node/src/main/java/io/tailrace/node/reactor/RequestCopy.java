package io.tailrace.node.reactor;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;

/**
 * A request's arguments and database, copied so that they outlive the input buffer: for another shard, or for EXEC. Immutable, but for one
 * that is {@link #reused}: its owner copies into it what comes next.
 *
 * <pre>
 *  bytes   | name | first argument | ..     what is behind the last end is of no request
 *  ends    where each of them ends
 * </pre>
 */
final class RequestCopy {
    private static final byte[] NO_BYTES = {};
    private static final int[] NO_ENDS = {};
    private static final int FIRST_BYTES = 64;
    private static final int FIRST_ENDS = 4;

    private byte[] bytes;
    private int[] ends;
    private int count;
    private int database;

    private RequestCopy(byte[] bytes, int[] ends, int database) {
        this.bytes = bytes;
        this.ends = ends;
        count = ends.length;
        this.database = database;
    }

    /** @param database of the keys */
    static RequestCopy of(Arguments arguments, int database) {
        int total = 0;
        for (int i = 0; i < arguments.count(); i++) {
            total += arguments.length(i);
        }
        RequestCopy copy = new RequestCopy(new byte[total], new int[arguments.count()], database);
        copy.copy(arguments, database);
        return copy;
    }

    /** A request of nothing but its name. */
    static RequestCopy named(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return new RequestCopy(bytes, new int[] {bytes.length}, 0);
    }

    /** One for {@link #copy}, as often as its owner wants. */
    static RequestCopy reused() {
        return new RequestCopy(NO_BYTES, NO_ENDS, 0);
    }

    /** Becomes a copy of this request. */
    void copy(Arguments arguments, int ofDatabase) {
        count = arguments.count();
        if (count > ends.length) {
            ends = new int[MessagePool.roomFor(count, FIRST_ENDS)];
        }
        int total = 0;
        for (int i = 0; i < count; i++) {
            total += arguments.length(i);
            ends[i] = total;
        }
        if (total > bytes.length) {
            bytes = new byte[MessagePool.roomFor(total, FIRST_BYTES)];
        }
        for (int i = 0; i < count; i++) {
            Memory.copyOut(arguments.address(i), bytes, ends[i] - arguments.length(i), arguments.length(i));
        }
        database = ofDatabase;
    }

    /** The same with one argument replaced. */
    RequestCopy with(int argument, String text) {
        byte[] put = text.getBytes(StandardCharsets.US_ASCII);
        int from = argument == 0 ? 0 : ends[argument - 1];
        int more = put.length - (ends[argument] - from);
        byte[] changed = new byte[length() + more];
        System.arraycopy(bytes, 0, changed, 0, from);
        System.arraycopy(put, 0, changed, from, put.length);
        System.arraycopy(bytes, ends[argument], changed, from + put.length, length() - ends[argument]);
        int[] moved = new int[count];
        for (int i = 0; i < count; i++) {
            moved[i] = i < argument ? ends[i] : ends[i] + more;
        }
        return new RequestCopy(changed, moved, database);
    }

    int database() {
        return database;
    }

    int length() {
        return count == 0 ? 0 : ends[count - 1];
    }

    /** Lays the arguments out at an offset of a buffer that is large enough, and gives their addresses. */
    void layOut(NativeBuffer buffer, int offset, Arguments into) {
        long base = buffer.address() + offset;
        Memory.copyIn(bytes, 0, base, length());
        into.reset();
        int start = 0;
        for (int i = 0; i < count; i++) {
            into.add(base + start, ends[i] - start);
            start = ends[i];
        }
    }

    int retainedBytes() {
        return bytes.length + Integer.BYTES * ends.length;
    }

    /** Of one that is reused and is of no request now. */
    void dropBuffers() {
        bytes = NO_BYTES;
        ends = NO_ENDS;
        count = 0;
    }
}
