package io.tailrace.node.pubsub;

import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.memory.NativeBuffer;

/** A pattern, laid out to be compared, and its subscribers. Owned by the reactor's thread, which closes it. */
final class PatternAudience implements AutoCloseable {
    private final NativeBuffer bytes;
    private final GlobPattern glob;
    private final Audience audience = new Audience();

    PatternAudience(Topic pattern) {
        bytes = new NativeBuffer(Math.max(1, pattern.length()));
        pattern.copyTo(bytes.address());
        glob = new GlobPattern(bytes.address(), pattern.length());
    }

    Audience audience() {
        return audience;
    }

    boolean matches(long address, int length) {
        return glob.matches(address, length);
    }

    @Override
    public void close() {
        bytes.close();
    }
}
