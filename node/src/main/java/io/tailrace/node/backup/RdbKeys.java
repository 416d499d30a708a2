package io.tailrace.node.backup;

import io.tailrace.node.rdb.RdbFileWriter;
import io.tailrace.node.rdb.RdbValue;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.util.function.IntUnaryOperator;

/** Writes entries into an RDB file, each by the commands that make it. One value is in memory at a time. One thread, which closes it. */
final class RdbKeys implements EntryCommands.Receiver, AutoCloseable {
    private final RdbFileWriter file;
    private final IntUnaryOperator databaseAt;
    private final RdbValue value = new RdbValue();
    private boolean hasValue;
    private boolean isLibrary;
    private long keys;

    /** @param databaseAt which database is in a place */
    RdbKeys(RdbFileWriter file, IntUnaryOperator databaseAt) {
        this.file = file;
        this.databaseAt = databaseAt;
    }

    @Override
    public boolean entry(EntryImage entry) throws IOException {
        end();
        isLibrary = Store.typeOf(entry) == ValueType.FUNCTION;
        if (!isLibrary) {
            value.begin(
                    databaseAt.applyAsInt(entry.place()),
                    Store.typeOf(entry),
                    entry.expireAtEpochMs(),
                    entry.keyAddress(),
                    entry.keyLength());
            hasValue = true;
        }
        return true;
    }

    @Override
    public void command(Arguments arguments) throws IOException {
        if (isLibrary) {
            int code = arguments.count() - 1;
            file.library(arguments.address(code), arguments.length(code));
        } else {
            value.command(Effect.of(arguments), arguments);
        }
    }

    @Override
    public void unknown(EntryImage entry) throws IOException {
        throw new IOException("an entry of type " + Store.typeOf(entry) + ", which RDB can't represent");
    }

    /** Writes the value that was begun last. */
    void end() throws IOException {
        if (hasValue) {
            hasValue = false;
            value.writeTo(file);
            keys++;
        }
    }

    long keys() {
        return keys;
    }

    @Override
    public void close() {
        value.close();
    }
}
