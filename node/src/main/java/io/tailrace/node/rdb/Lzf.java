package io.tailrace.node.rdb;

import io.tailrace.wire.memory.Memory;

/**
 * Marc Lehmann's LZF, as far as it is read. Stateless.
 *
 * <pre>
 *  000LLLLL                      L + 1 bytes as they are follow
 *  LLLooooo oooooooo             L + 2 bytes from o + 1 bytes back, L from 1 to 6
 *  111ooooo LLLLLLLL oooooooo    L + 9 bytes from there
 * </pre>
 */
final class Lzf {
    /** The longest run for three bytes. */
    static final int MAX_RATIO = 264;

    private static final int LITERALS = 1 << 5;
    private static final int LONG_RUN = 7;

    private Lzf() {}

    /** @return whether the bytes give exactly as many as expected */
    static boolean expand(long from, int length, long to, int expected) {
        int in = 0;
        int out = 0;
        while (in < length) {
            int control = Memory.getByte(from + in++) & 0xff;
            if (control < LITERALS) {
                int count = control + 1;
                if (count > length - in || count > expected - out) {
                    return false;
                }
                Memory.copy(from + in, to + out, count);
                in += count;
                out += count;
                continue;
            }
            int run = control >>> 5;
            int needed = run == LONG_RUN ? 2 : 1;
            if (needed > length - in) {
                return false;
            }
            if (run == LONG_RUN) {
                run += Memory.getByte(from + in++) & 0xff;
            }
            int back = ((control & 0x1f) << 8 | Memory.getByte(from + in++) & 0xff) + 1;
            int count = run + 2;
            if (back > out || count > expected - out) {
                return false;
            }
            // byte by byte: a run may reach into itself
            for (int i = 0; i < count; i++, out++) {
                Memory.putByte(to + out, Memory.getByte(to + out - back));
            }
        }
        return out == expected;
    }
}
