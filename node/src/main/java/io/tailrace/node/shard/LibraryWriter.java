package io.tailrace.node.shard;

import io.tailrace.node.store.Libraries;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.RecordBuilder;
import java.util.List;

/** The function libraries as a transaction reads and changes them. Owned by the shard's reactor thread. */
public final class LibraryWriter {
    private final EffectLog log;
    private final RecordBuilder record;
    private final SelectedDatabase selected;
    private final NativeBuffer scratch;

    LibraryWriter(EffectLog log, SelectedDatabase selected, NativeBuffer scratch) {
        this.log = log;
        this.record = log.record();
        this.selected = selected;
        this.scratch = scratch;
    }

    /** As this transaction sees them. */
    public LibrarySet current() {
        return libraries().current();
    }

    private Libraries libraries() {
        return selected.databases().libraries();
    }

    /** Makes sure, before the first effect, of a FLUSH of libraries and of a LOAD of each of these. */
    public void promise(List<byte[]> codes) {
        long bytes = 0;
        for (byte[] code : codes) {
            bytes += code.length + EffectLog.ARGUMENT_ROOM;
        }
        log.promise(codes.size() + 1, bytes);
    }

    /** Puts a library in the place of any of its name. */
    public void load(byte[] code) {
        scratch.ensureCapacity(code.length, 0);
        Memory.copyIn(code, 0, scratch.address(), code.length);
        begin(4, code.length, "LOAD");
        record.argument("REPLACE");
        record.argument(scratch.address(), code.length);
        libraries().load(code, selected.store().index(), selected.store().ordinal());
    }

    /** Removes a library. */
    public void delete(String name) {
        begin(3, name.length(), "DELETE");
        record.argument(name);
        libraries().delete(name);
    }

    /** Removes all libraries. */
    public void flush() {
        begin(2, 0, "FLUSH");
        libraries().flush();
    }

    private void begin(int arguments, int bytes, String what) {
        log.askForAll(bytes);
        record.command(arguments);
        record.argument(Effect.FUNCTION.name());
        record.argument(what);
    }
}
