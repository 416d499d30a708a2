package io.tailrace.wire.record;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.DoubleText;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;

/**
 * Builds one record after the other in memory of its own: {@code begin}, then for each command {@code command} and its
 * arguments, then {@code seal}. No garbage once the buffer has its size.
 *
 * <p>Owned and closed by one shard's thread. The address of the record changes while it grows and stays from
 * {@code seal} to the next {@code begin}; until then offsets within the record are what counts.
 */
public final class RecordBuilder implements AutoCloseable {
    private static final int INITIAL_CAPACITY = 16 << 10;
    private static final int MAX_HEADER = 1 + Decimal.MAX_LENGTH + 2;
    private static final int HEADROOM_STEP = 64;
    private static final short CRLF = '\r' | '\n' << 8;

    private final NativeBuffer buffer;
    private int kind;
    private int commandCount;
    private int argumentsLeft;
    private int openAt;
    /** Bytes kept free before the effects: names of parts grow towards the buffer's start, so that no offset moves. */
    private int headroom;

    private int namesLength;
    private int namesCount;
    private int length;

    public RecordBuilder() {
        this(INITIAL_CAPACITY);
    }

    /** @param initialCapacity bytes; it grows to the largest record built */
    public RecordBuilder(int initialCapacity) {
        buffer = new NativeBuffer(Math.max(initialCapacity, RecordLayout.HEADER_LENGTH));
        reset();
    }

    /** Starts a record and forgets the one before. */
    public void begin(int recordKind) {
        assert recordKind == RecordLayout.KIND_EFFECT || recordKind == RecordLayout.KIND_SEGMENT
                : recordKind + ", a part is begun as effects and named when they are known";
        reset();
        kind = recordKind;
    }

    /** Whether no command was added since the record was begun: nothing to log. */
    public boolean isEmpty() {
        return commandCount == 0;
    }

    /**
     * Starts a command; exactly {@code argCount} arguments follow, its name being the first.
     *
     * @throws IllegalStateException if the record has {@link RecordLayout#MAX_EFFECTS} commands already
     */
    public void command(int argCount) {
        assert kind != 0 : "no record begun";
        assert argumentsLeft == 0 : argumentsLeft + " arguments missing";
        assert argCount > 0 : argCount;
        if (commandCount == RecordLayout.MAX_EFFECTS) {
            throw new IllegalStateException("a record holds at most " + RecordLayout.MAX_EFFECTS + " commands");
        }
        reserve(MAX_HEADER);
        header('*', argCount);
        commandCount++;
        argumentsLeft = argCount;
    }

    /**
     * Starts a command of which the number of arguments is not known yet; {@link #closeCommand} ends it.
     *
     * @param expected about this many arguments; a wrong number of digits costs a move of the command's bytes
     */
    public void openCommand(int expected) {
        openAt = length;
        command(expected);
        argumentsLeft = Integer.MAX_VALUE;
    }

    /** Ends the command that {@link #openCommand} started, with the arguments given since. */
    public void closeCommand() {
        int argumentsGiven = Integer.MAX_VALUE - argumentsLeft;
        argumentsLeft = 0;
        assert argumentsGiven > 0 : "a command without a name";
        long at = address() + openAt + 1;
        int digits = 0;
        while (Memory.getByte(at + digits) != '\r') {
            digits++;
        }
        int wanted = Decimal.length(argumentsGiven);
        if (wanted != digits) {
            reserve(MAX_HEADER);
            at = address() + openAt + 1;
            Memory.move(at + digits, at + wanted, length - openAt - 1 - digits);
            length += wanted - digits;
        }
        Decimal.write(at, argumentsGiven);
    }

    /** Forgets all that was added since the record had this many bytes and commands. */
    public void truncate(int earlierLength, int earlierCount) {
        assert earlierLength <= length && earlierCount <= commandCount;
        length = earlierLength;
        commandCount = earlierCount;
        argumentsLeft = 0;
    }

    /** Adds an argument and returns the offset of its bytes within the record. */
    public int argument(long address, int argumentLength) {
        int offset = beginArgument(argumentLength);
        Memory.copy(address, address() + offset, argumentLength);
        return endArgument(offset, argumentLength);
    }

    /** Adds an argument whose bytes the caller fills in at the offset returned, before it adds anything else. */
    public int argumentOf(int argumentLength) {
        return endArgument(beginArgument(argumentLength), argumentLength);
    }

    /** Adds an argument of ASCII characters and returns the offset of its bytes within the record. */
    public int argument(String ascii) {
        int argumentLength = ascii.length();
        int offset = beginArgument(argumentLength);
        long at = address() + offset;
        for (int i = 0; i < argumentLength; i++) {
            Memory.putByte(at + i, (byte) ascii.charAt(i));
        }
        return endArgument(offset, argumentLength);
    }

    /** Adds a decimal number and returns the offset of its digits within the record. */
    public int argumentLong(long value) {
        int argumentLength = Decimal.length(value);
        int offset = beginArgument(argumentLength);
        Decimal.write(address() + offset, value);
        return endArgument(offset, argumentLength);
    }

    /** Adds a double, as {@link DoubleText} writes it, and returns the offset of its text within the record. */
    public int argumentDouble(double value) {
        reserve(2 * (MAX_HEADER + DoubleText.MAX_LENGTH));
        long text = address() + length + MAX_HEADER + DoubleText.MAX_LENGTH;
        return argument(text, DoubleText.write(text, value));
    }

    /** Commands but for the names of a part. */
    public int commandCount() {
        return commandCount;
    }

    /** Bytes of the record so far, with its header, but for the names of a part. */
    public int length() {
        return length;
    }

    /**
     * Makes the effects given so far one part of a transaction over several shards; {@link #seal} follows. Offsets stay what they were,
     * and count from {@link #address}; the record is at {@link #recordAddress}.
     *
     * @param parts of all shards, this one included
     * @param needs records of shards that the effects were derived from; mostly empty
     */
    public void part(ShardIndexes parts, ShardIndexes needs) {
        assert kind == RecordLayout.KIND_EFFECT && commandCount > 0 && argumentsLeft == 0 && !parts.isEmpty();
        kind = RecordLayout.KIND_PART;
        namesCount = needs.isEmpty() ? 1 : 2;
        namesLength = namesLength(parts, needs);
        if (namesLength > headroom) {
            int wider = namesLength + HEADROOM_STEP;
            buffer.ensureCapacity(wider + length, headroom + length);
            Memory.move(buffer.address() + headroom, buffer.address() + wider, length);
            headroom = wider;
        }
        long at = names(recordAddress() + RecordLayout.HEADER_LENGTH, PartView.PART, parts);
        if (!needs.isEmpty()) {
            at = names(at, PartView.NEEDS, needs);
        }
        assert at == address() + RecordLayout.HEADER_LENGTH : at;
    }

    /** By how many bytes the names make a record longer than its effects. */
    public static int namesLength(ShardIndexes parts, ShardIndexes needs) {
        return namesLength(PartView.PART, parts) + (needs.isEmpty() ? 0 : namesLength(PartView.NEEDS, needs));
    }

    private static int namesLength(String name, ShardIndexes names) {
        int bytes = headerLength(1 + 2 * names.count()) + headerLength(name.length()) + name.length() + Short.BYTES;
        for (int i = 0; i < names.count(); i++) {
            bytes += numberLength(names.shard(i)) + numberLength(names.index(i));
        }
        return bytes;
    }

    private static int numberLength(long value) {
        int digits = Decimal.length(value);
        return headerLength(digits) + digits + Short.BYTES;
    }

    private static int headerLength(int value) {
        return 1 + Decimal.length(value) + Short.BYTES;
    }

    private static long names(long from, String name, ShardIndexes names) {
        long at = header(from, '*', 1 + 2 * names.count());
        at = header(at, '$', name.length());
        for (int i = 0; i < name.length(); i++) {
            Memory.putByte(at++, (byte) name.charAt(i));
        }
        Memory.putShort(at, CRLF);
        at += Short.BYTES;
        for (int i = 0; i < names.count(); i++) {
            at = number(at, names.shard(i));
            at = number(at, names.index(i));
        }
        return at;
    }

    private static long number(long from, long value) {
        long at = header(from, '$', Decimal.length(value));
        at += Decimal.write(at, value);
        Memory.putShort(at, CRLF);
        return at + Short.BYTES;
    }

    private static long header(long at, char type, int value) {
        Memory.putByte(at, (byte) type);
        int digits = Decimal.write(at + 1, value);
        Memory.putShort(at + 1 + digits, CRLF);
        return at + 1 + digits + Short.BYTES;
    }

    /**
     * Completes the record: fills the header, the chain last.
     *
     * @param commitMicros since the epoch
     * @param previousChain at the record before, or {@link Chain#SEED}
     */
    public void seal(long commitMicros, long previousChain) {
        assert commandCount > 0 && argumentsLeft == 0 : commandCount + " commands, " + argumentsLeft + " missing";
        long record = recordAddress();
        int whole = recordLength();
        RecordLayout.putHeader(
                record, kind, namesCount + commandCount, whole - RecordLayout.HEADER_LENGTH, commitMicros);
        RecordLayout.putChain(record, Chain.next(previousChain, record, whole));
    }

    /** The chain at this record, once it is sealed. */
    public long chain() {
        return RecordLayout.chain(recordAddress());
    }

    /** Where offsets within the record count from: the record's address, but for a part. Changes while it grows. */
    public long address() {
        return buffer.address() + headroom;
    }

    /** Where the record begins, once it is sealed. */
    public long recordAddress() {
        return address() - namesLength;
    }

    /** Bytes of the sealed record. */
    public int recordLength() {
        return length + namesLength;
    }

    /** Forgets the record. */
    public void reset() {
        kind = 0;
        commandCount = 0;
        argumentsLeft = 0;
        length = RecordLayout.HEADER_LENGTH;
        namesLength = 0;
        namesCount = 0;
    }

    @Override
    public void close() {
        buffer.close();
    }

    private int beginArgument(int argumentLength) {
        assert argumentsLeft > 0 : "one argument more than announced";
        reserve(MAX_HEADER + argumentLength + Short.BYTES);
        header('$', argumentLength);
        return length;
    }

    private int endArgument(int offset, int argumentLength) {
        Memory.putShort(address() + offset + argumentLength, CRLF);
        length = offset + argumentLength + Short.BYTES;
        argumentsLeft--;
        return offset;
    }

    private void header(char type, int value) {
        long at = address() + length;
        length += (int) (header(at, type, value) - at);
    }

    /** Makes room for this many more bytes, so that the address stays while they are added. */
    public void reserve(int bytes) {
        if (bytes > buffer.capacity() - headroom - length) {
            buffer.ensureCapacity(headroom + length + bytes, headroom + length);
        }
    }
}
