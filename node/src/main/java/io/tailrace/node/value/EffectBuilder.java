package io.tailrace.node.value;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts the arguments of an effect together, one effect after the other. Owned and closed by one thread. */
final class EffectBuilder implements AutoCloseable {
    private final NativeBuffer bytes = new NativeBuffer(256);
    private final Arguments arguments = new Arguments();
    private int[] lengths = new int[16];
    private int count;
    private int length;

    EffectBuilder begin(String name) {
        count = 0;
        length = 0;
        return add(name);
    }

    EffectBuilder add(long address, int argumentLength) {
        Memory.copy(address, room(argumentLength), argumentLength);
        return added(argumentLength);
    }

    EffectBuilder add(byte[] argument) {
        Memory.copyIn(argument, 0, room(argument.length), argument.length);
        return added(argument.length);
    }

    EffectBuilder add(String ascii) {
        return add(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    EffectBuilder add(long number) {
        return added(Decimal.write(room(Decimal.MAX_LENGTH), number));
    }

    EffectBuilder add(StreamId id) {
        return added(id.write(room(StreamId.MAX_TEXT)));
    }

    private long room(int most) {
        bytes.ensureCapacity(length + most, length);
        return bytes.address() + length;
    }

    private EffectBuilder added(int argumentLength) {
        if (count == lengths.length) {
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        lengths[count++] = argumentLength;
        length += argumentLength;
        return this;
    }

    void give(EffectReceiver receiver) {
        arguments.reset();
        long at = bytes.address();
        for (int i = 0; i < count; i++) {
            arguments.add(at, lengths[i]);
            at += lengths[i];
        }
        receiver.effect(arguments);
    }

    @Override
    public void close() {
        bytes.close();
    }
}
