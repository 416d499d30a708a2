package io.tailrace.node.shard;

import io.tailrace.node.store.Libraries;
import io.tailrace.node.store.Library;
import io.tailrace.node.store.LibraryHeader;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/**
 * Function libraries in records and in snapshots. Stateless.
 *
 * <pre>
 *  FUNCTION LOAD REPLACE code    in the place of any library of the name that the code's first line says
 *  FUNCTION DELETE name
 *  FUNCTION FLUSH
 *  an entry of a snapshot        type {@link ValueType#FUNCTION}, the key is the name, the value the code
 * </pre>
 */
public final class LibraryEffects {
    private static final int CODE = 3;

    private LibraryEffects() {}

    /** Takes entries one by one. */
    @FunctionalInterface
    public interface Sink {
        void entry(EntryImage entry) throws IOException;
    }

    /** What is wrong with an effect from elsewhere, or null. */
    static String problem(Arguments effect) {
        return effect.count() > CODE ? Libraries.problem(code(effect)) : null;
    }

    private static byte[] code(Arguments effect) {
        return Memory.toBytes(effect.address(CODE), effect.length(CODE));
    }

    /** Carries one out that has no problem. */
    public static void apply(Libraries libraries, Arguments effect, long index, int ordinal, boolean isRedo) {
        if (effect.count() > CODE) {
            if (isRedo) {
                libraries.redoLoad(code(effect), index, ordinal);
            } else {
                libraries.load(code(effect), index, ordinal);
            }
        } else if (effect.count() == CODE) {
            String name = effect.ascii(2);
            if (isRedo) {
                libraries.redoDelete(name, index, ordinal);
            } else {
                libraries.delete(name);
            }
        } else if (isRedo) {
            libraries.redoFlush(index, ordinal);
        } else {
            libraries.flush();
        }
    }

    /** Takes an entry of a snapshot. Throws IllegalStateException when it is not a library. */
    public static void load(Libraries libraries, EntryImage entry) {
        byte[] code = Memory.toBytes(entry.valueAddress(), entry.valueLength());
        String problem = Libraries.problem(code);
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
        libraries.redoLoad(code, entry.version(), entry.ordinal());
    }

    /** Gives libraries as the entries of a snapshot. */
    public static void write(LibrarySet libraries, Sink sink) throws IOException {
        if (libraries.isEmpty()) {
            return;
        }
        try (NativeBuffer buffer = new NativeBuffer(8 << 10)) {
            EntryImage image = new EntryImage();
            for (Library library : libraries.all()) {
                byte[] name = LibraryHeader.bytes(library.name());
                byte[] code = library.code();
                buffer.ensureCapacity(EntryImage.HEADER_LENGTH + name.length + code.length, 0);
                long at = buffer.address();
                EntryImage.putVersion(at, library.version(), library.ordinal(), 0);
                EntryImage.putLengths(at, (byte) ValueType.FUNCTION, name.length, code.length);
                Memory.copyIn(name, 0, at + EntryImage.HEADER_LENGTH, name.length);
                Memory.copyIn(code, 0, at + EntryImage.HEADER_LENGTH + name.length, code.length);
                sink.entry(image.wrap(at));
            }
        }
    }
}
