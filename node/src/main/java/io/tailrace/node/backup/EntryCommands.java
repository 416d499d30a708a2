package io.tailrace.node.backup;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.CollectionRewriter;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.snapshot.EntrySink;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The commands that make the entries of a snapshot, as effects are written. A collection of any size passes through piece by
 * piece. Owned and closed by one thread.
 *
 * <pre>
 *  a string               SET key value [PXAT 1769860800000]
 *  a packed collection    HSET key field value ..., then PEXPIREAT key 1769860800000
 *  a large collection     the same, one HSET for each piece of the file
 *  a function library     FUNCTION LOAD REPLACE code
 *  a stream               an XADD for each entry, XSETID, XGROUP and XCLAIM for its groups and what is pending
 * </pre>
 */
public final class EntryCommands implements EntrySink, AutoCloseable {
    /** Where the words are. */
    private static final int SET = 0;

    private static final int PXAT = 3;
    private static final int PEXPIREAT = 7;
    private static final int NAME = 16;
    private static final int NUMBER = 32;
    private static final int FUNCTION = 64;
    private static final int LOAD = 72;
    private static final int REPLACE = 76;
    private static final int REPLACE_LENGTH = 7;
    private static final int WORDS = 96;

    private final Receiver receiver;
    private final CollectionTypes types = new CollectionTypes(CollectionLimits.standard());
    private final NativeBuffer words = new NativeBuffer(WORDS);
    private final NativeBuffer key = new NativeBuffer(256);
    private final Arguments arguments = new Arguments();
    private final NativeBuffer copies = new NativeBuffer(8 << 10);
    private int[] copiedLengths = new int[64];
    private int copiedCount;
    private int copied;
    private int keyLength;
    private long expireAtEpochMs;
    private CollectionType type;
    private CollectionRewriter rewriter;

    /** Takes what is read. All memory is valid until the call returns. */
    public interface Receiver {
        /** An entry; its commands follow if the answer is yes. */
        boolean entry(EntryImage entry) throws IOException;

        /** A command that the entry is made with. */
        void command(Arguments arguments) throws IOException;

        /** The entry is of a type for which no commands are known. */
        void unknown(EntryImage entry) throws IOException;
    }

    public EntryCommands(Receiver receiver) {
        this.receiver = receiver;
        word("SET", SET);
        word("PXAT", PXAT);
        word("PEXPIREAT", PEXPIREAT);
        word("FUNCTION", FUNCTION);
        word("LOAD", LOAD);
        word("REPLACE", REPLACE);
    }

    private int word(String ascii, int offset) {
        byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
        Memory.copyIn(bytes, 0, words.address() + offset, bytes.length);
        return bytes.length;
    }

    @Override
    public void entry(EntryImage entry) {
        try {
            if (Store.typeOf(entry) == ValueType.STRING) {
                string(entry);
            } else if (Store.typeOf(entry) == ValueType.FUNCTION) {
                library(entry);
            } else if (begin(entry)) {
                if (rewriter == null) {
                    describe(0, entry.valueAddress(), entry.valueLength());
                } else {
                    rewriter.packed(entry.valueAddress(), entry.valueLength(), this::command);
                }
                end();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void string(EntryImage entry) throws IOException {
        if (!receiver.entry(entry)) {
            return;
        }
        arguments.reset();
        arguments.add(words.address() + SET, PXAT - SET);
        arguments.add(entry.keyAddress(), entry.keyLength());
        arguments.add(entry.valueAddress(), entry.valueLength());
        if (entry.expireAtEpochMs() != Entry.NO_EXPIRY) {
            arguments.add(words.address() + PXAT, PEXPIREAT - PXAT);
            arguments.add(words.address() + NUMBER, word(Long.toString(entry.expireAtEpochMs()), NUMBER));
        }
        receiver.command(arguments);
    }

    private void library(EntryImage entry) throws IOException {
        if (!receiver.entry(entry)) {
            return;
        }
        arguments.reset();
        arguments.add(words.address() + FUNCTION, LOAD - FUNCTION);
        arguments.add(words.address() + LOAD, REPLACE - LOAD);
        arguments.add(words.address() + REPLACE, REPLACE_LENGTH);
        arguments.add(entry.valueAddress(), entry.valueLength());
        receiver.command(arguments);
    }

    /** Whether commands of a collection are wanted and known. */
    private boolean begin(EntryImage head) throws IOException {
        type = types.of(Store.typeOf(head));
        if (!receiver.entry(head)) {
            return false;
        }
        rewriter = type == null ? null : type.rewriter(Memory.toBytes(head.keyAddress(), head.keyLength()));
        if (type == null || type.making() == null && rewriter == null) {
            receiver.unknown(head);
            return false;
        }
        keyLength = head.keyLength();
        expireAtEpochMs = head.expireAtEpochMs();
        key.ensureCapacity(Math.max(1, keyLength), 0);
        Memory.copy(head.keyAddress(), key.address(), keyLength);
        return true;
    }

    private void describe(int section, long address, int length) throws IOException {
        arguments.reset();
        arguments.add(words.address() + NAME, word(type.making().name(), NAME));
        arguments.add(key.address(), keyLength);
        copied = 0;
        copiedCount = 0;
        type.describe(section, address, length, this::copy);
        long at = copies.address();
        for (int i = 0; i < copiedCount; i++) {
            arguments.add(at, copiedLengths[i]);
            at += copiedLengths[i];
        }
        if (Effect.of(arguments) == null) {
            throw new IOException("elements of a " + ValueType.name(type.type()) + " that make no command");
        }
        receiver.command(arguments);
    }

    private void command(Arguments command) {
        try {
            receiver.command(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a type describes may be gone when it describes the next. */
    private void copy(long address, int length) {
        copies.ensureCapacity(copied + length, copied);
        Memory.copy(address, copies.address() + copied, length);
        copied += length;
        if (copiedCount == copiedLengths.length) {
            copiedLengths = Arrays.copyOf(copiedLengths, 2 * copiedCount);
        }
        copiedLengths[copiedCount++] = length;
    }

    private void end() throws IOException {
        if (rewriter != null) {
            rewriter.close();
            rewriter = null;
        }
        if (expireAtEpochMs == Entry.NO_EXPIRY) {
            return;
        }
        arguments.reset();
        arguments.add(words.address() + PEXPIREAT, NAME - PEXPIREAT);
        arguments.add(key.address(), keyLength);
        arguments.add(words.address() + NUMBER, word(Long.toString(expireAtEpochMs), NUMBER));
        receiver.command(arguments);
    }

    @Override
    public void beginCollection(EntryImage head) {
        try {
            type = begin(head) ? type : null;
            if (type != null && rewriter != null) {
                rewriter.begin(head.valueAddress(), head.valueLength());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String elements(int section, long address, int length) {
        try {
            if (type != null && rewriter != null) {
                rewriter.elements(section, address, length, this::command);
            } else if (type != null) {
                describe(section, address, length);
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String endCollection(long elements) {
        try {
            if (type != null) {
                if (rewriter != null) {
                    rewriter.end(this::command);
                }
                end();
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (rewriter != null) {
            rewriter.close();
        }
        words.close();
        key.close();
        copies.close();
    }
}
