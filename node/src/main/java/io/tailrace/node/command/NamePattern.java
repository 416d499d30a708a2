package io.tailrace.node.command;

import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A glob pattern for names of settings and commands, in any case. For one thread, which closes it. */
final class NamePattern implements AutoCloseable {
    private static final int MAX_NAME = 128;

    private final int longest;
    private final NativeBuffer buffer;
    private final GlobPattern glob;
    private final long nameAddress;

    NamePattern(Arguments arguments, int i) {
        this(arguments, i, MAX_NAME);
    }

    /** @param longest that a name may have, in characters */
    NamePattern(Arguments arguments, int i, int longest) {
        this.longest = longest;
        byte[] pattern = arguments.ascii(i).toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
        buffer = new NativeBuffer(pattern.length + longest);
        Memory.copyIn(pattern, 0, buffer.address(), pattern.length);
        glob = new GlobPattern(buffer.address(), pattern.length);
        nameAddress = buffer.address() + pattern.length;
    }

    /** @param name not longer than it may be, in lower case */
    boolean matches(String name) {
        assert name.length() <= longest : name;
        for (int i = 0; i < name.length(); i++) {
            Memory.putByte(nameAddress + i, (byte) name.charAt(i));
        }
        return glob.matches(nameAddress, name.length());
    }

    @Override
    public void close() {
        buffer.close();
    }
}
