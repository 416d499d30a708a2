package io.tailrace.tools.dump;

import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;

/** Passes commands that touch a key of a pattern; FLUSHALL touches all. Holds native memory. */
final class KeyFilter implements AutoCloseable {
    private final NativeBuffer bytes;
    private final GlobPattern pattern;

    KeyFilter(String glob) {
        byte[] utf8 = glob.getBytes(StandardCharsets.UTF_8);
        bytes = new NativeBuffer(Math.max(1, utf8.length));
        Memory.copyIn(utf8, 0, bytes.address(), utf8.length);
        pattern = new GlobPattern(bytes.address(), utf8.length);
    }

    /** An effect of a later version, whose keys aren't known here, passes. */
    boolean passes(Arguments command) {
        Effect effect = Effect.of(command);
        if (effect == null || effect.key() == 0) {
            return true;
        }
        return matches(command, effect.key()) || effect.secondKey() != 0 && matches(command, effect.secondKey());
    }

    private boolean matches(Arguments command, int i) {
        return pattern.matches(command.address(i), command.length(i));
    }

    @Override
    public void close() {
        bytes.close();
    }
}
