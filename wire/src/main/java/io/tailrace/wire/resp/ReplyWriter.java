package io.tailrace.wire.resp;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.DoubleText;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Appends RESP replies, in version 2 or 3 of the protocol, to native memory it owns.
 *
 * <p>One per connection, used and closed by the thread that owns it. Unflushed bytes are one contiguous range. The
 * buffer grows as needed, is compacted instead where that is enough, and goes back to its initial capacity when it is
 * empty: at once if it had become very large, otherwise after a while without large replies. No garbage in steady
 * state, apart from {@link #bulk(String)} with characters beyond ASCII and {@link #verbatim} in RESP 3.
 */
public final class ReplyWriter implements AutoCloseable {
    private static final int MAX_HEADER = 1 + Decimal.MAX_LENGTH + 2;
    private static final short CRLF = '\r' | '\n' << 8;
    /**
     * An emptied buffer above this many bytes, and this many times its initial capacity, shrinks at once: filling it cost
     * more than getting another will.
     */
    private static final int HUGE = 1 << 20;

    private static final int HUGE_FACTOR = 16;
    /** A smaller one after this many fills in a row that the initial capacity would have held. */
    private static final int SMALL_FILLS = 64;

    /** Bytes that a writer keeps which has nothing to do. */
    private static final int RESTING = 64;

    private static final long NO_LIMIT = Long.MAX_VALUE / 2;

    private final NativeBuffer buffer;
    private final int initialCapacity;
    private final BufferResizes resizes;
    private int protocol = 2;
    private int head;
    private int tail;
    private int smallFills;
    private long mostBytes = NO_LIMIT;
    /** Up to where may be written, as {@link #tail} counts. */
    private long mostTail = NO_LIMIT;
    /** The same, but not beyond the memory that is there. */
    private int room;

    /** @param initialCapacity bytes to start with and to go back to */
    public ReplyWriter(int initialCapacity) {
        this(initialCapacity, initialCapacity, new BufferResizes());
    }

    private ReplyWriter(int initialCapacity, int capacity, BufferResizes resizes) {
        this.initialCapacity = initialCapacity;
        this.resizes = resizes;
        buffer = new NativeBuffer(capacity);
        room = capacity;
    }

    /** One that {@link #rest rests} until something is written. */
    public static ReplyWriter resting(int initialCapacity) {
        return resting(initialCapacity, new BufferResizes());
    }

    /** The same, whose changes of size are counted with those of others of its thread. */
    public static ReplyWriter resting(int initialCapacity, BufferResizes resizes) {
        return new ReplyWriter(initialCapacity, RESTING, resizes);
    }

    /** Gives the memory back until something is written again, if nothing waits to be flushed. */
    public void rest() {
        if (head == tail && buffer.capacity() > RESTING) {
            moveTo(0);
            shrinkTo(RESTING);
            findRoom();
        }
    }

    /** Says how much may be written from here on: {@link ReplyTooLargeException} for more. Until it is said again. */
    public void mayGrowBy(long bytes) {
        mostBytes = bytes;
        mostTail = tail + Math.min(bytes, Long.MAX_VALUE - tail);
        findRoom();
    }

    /**
     * Makes sure that a reply may have this many bytes more, before much work is done for it.
     *
     * @throws ReplyTooLargeException when it may not
     */
    public void requireRoom(long bytes) {
        if (bytes > mostTail - tail) {
            throw new ReplyTooLargeException(mostBytes);
        }
    }

    private void findRoom() {
        room = (int) Math.min(buffer.capacity(), mostTail);
    }

    /** The unflushed bytes are at the beginning now. */
    private void moveTo(int pending) {
        mostTail -= tail - pending;
        head = 0;
        tail = pending;
    }

    /** Bytes of memory that it has. */
    public int capacity() {
        return buffer.capacity();
    }

    public int protocol() {
        return protocol;
    }

    /** Switches between RESP 2 and 3, for replies to come. */
    public void protocol(int version) {
        assert version == 2 || version == 3 : version;
        protocol = version;
    }

    public void ok() {
        long at = claim(5);
        Memory.putInt(at, '+' | 'O' << 8 | 'K' << 16 | '\r' << 24);
        Memory.putByte(at + 4, (byte) '\n');
    }

    /** {@code +text}; ASCII without line ends. */
    public void simple(String text) {
        line('+', text);
    }

    /** {@code -text}, where the text begins with a code such as {@code ERR}; line ends in it become spaces. */
    public void error(String textAfterDash) {
        line('-', textAfterDash);
    }

    public void integer(long value) {
        header(':', value);
    }

    /** A string of bytes in memory, which are copied. */
    public void bulk(long address, int length) {
        long start = claim(MAX_HEADER + length + 2);
        long at = start + putHeader(start, '$', length);
        Memory.copy(address, at, length);
        Memory.putShort(at + length, CRLF);
        unclaim(start, at + length + 2);
    }

    /** A string of bytes. */
    public void bulk(byte[] bytes) {
        blob('$', "", bytes);
    }

    /** The text in UTF-8. */
    public void bulk(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) >= 0x80) {
                bulk(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
        }
        header('$', length);
        putAscii(text);
        crlf();
    }

    /** {@code $-1}, or {@code _} in RESP 3. */
    public void nullBulk() {
        nullReply('$');
    }

    /** {@code *-1}, or {@code _} in RESP 3. */
    public void nullArray() {
        nullReply('*');
    }

    /** Begins an array; its elements are the next {@code size} replies. */
    public void array(int size) {
        header('*', size);
    }

    /** Begins a map; its keys and values are the next {@code 2 * pairs} replies. An array of them in RESP 2. */
    public void map(int pairs) {
        if (protocol == 3) {
            header('%', pairs);
        } else {
            header('*', 2L * pairs);
        }
    }

    /** Begins a set; its members are the next {@code size} replies. An array in RESP 2. */
    public void set(int size) {
        header(protocol == 3 ? '~' : '*', size);
    }

    /** Begins a message that answers no request; its parts are the next {@code size} replies. An array in RESP 2. */
    public void push(int size) {
        header(protocol == 3 ? '>' : '*', size);
    }

    /** A double as {@link DoubleText} writes it; a bulk in RESP 2. */
    public void doubleValue(double value) {
        long start = claim(MAX_HEADER + DoubleText.MAX_LENGTH + 2);
        long text = start + MAX_HEADER;
        int length = DoubleText.write(text, value);
        int header = 1;
        if (protocol == 3) {
            Memory.putByte(start, (byte) ',');
        } else {
            header = putHeader(start, '$', length);
        }
        Memory.copy(text, start + header, length);
        Memory.putShort(start + header + length, CRLF);
        unclaim(start, start + header + length + 2);
    }

    /** {@code #t} or {@code #f}; {@code :1} or {@code :0} in RESP 2. */
    public void bool(boolean value) {
        if (protocol == 3) {
            line('#', value ? "t" : "f");
        } else {
            integer(value ? 1 : 0);
        }
    }

    /** Plain text that is meant to be read by people; a bulk in RESP 2. */
    public void verbatim(String text) {
        if (protocol == 3) {
            blob('=', "txt:", text.getBytes(StandardCharsets.UTF_8));
        } else {
            bulk(text);
        }
    }

    /** Bytes that are RESP already. */
    public void raw(long address, int length) {
        Memory.copy(address, claim(length), length);
    }

    /** Bytes that are RESP already. */
    public void raw(byte[] bytes) {
        Memory.copyIn(bytes, 0, claim(bytes.length), bytes.length);
    }

    /** Appends {@code length} bytes and returns where they are, for the caller to fill before the next call. */
    public long claim(int length) {
        if (length > room - tail) {
            makeRoom(length);
        }
        long at = buffer.address() + tail;
        tail += length;
        return at;
    }

    /** A mark for {@link #truncate}, valid until bytes are drained. */
    public int position() {
        return tail - head;
    }

    /** Rolls back everything appended since {@link #position()} was {@code position}. */
    public void truncate(int position) {
        assert position >= 0 && position <= tail - head : position;
        tail = head + position;
    }

    /** Where the unflushed bytes begin, until the next append. */
    public long address() {
        return buffer.address() + head;
    }

    /** How many bytes are not flushed. */
    public int pending() {
        return tail - head;
    }

    /** The unflushed bytes, between position and limit, for a channel to write. */
    public ByteBuffer pendingBytes() {
        ByteBuffer bytes = buffer.buffer();
        bytes.limit(tail).position(head);
        return bytes;
    }

    /** Says that the first {@code bytes} of the unflushed are flushed. */
    public void drained(int bytes) {
        assert bytes >= 0 && bytes <= tail - head : bytes;
        head += bytes;
        if (head == tail) {
            emptied();
        }
    }

    /** The memory underneath. */
    public NativeBuffer buffer() {
        return buffer;
    }

    @Override
    public void close() {
        buffer.close();
        head = 0;
        tail = 0;
    }

    private void shrinkTo(int capacity) {
        int before = buffer.capacity();
        buffer.shrinkTo(capacity);
        resizes.resized(before, buffer.capacity());
    }

    private void emptied() {
        smallFills = tail > initialCapacity ? 0 : smallFills + 1;
        moveTo(0);
        boolean isHuge = buffer.capacity() > Math.max(HUGE, (long) HUGE_FACTOR * initialCapacity);
        if (isHuge || smallFills >= SMALL_FILLS) {
            shrinkTo(initialCapacity);
            smallFills = 0;
        }
        findRoom();
    }

    private void makeRoom(int length) {
        int pending = tail - head;
        if (tail + (long) length > mostTail) {
            throw new ReplyTooLargeException(mostBytes);
        }
        if (head > 0) {
            Memory.copy(buffer.address() + head, buffer.address(), pending);
            moveTo(pending);
        }
        int before = buffer.capacity();
        boolean isResting = before < initialCapacity;
        buffer.ensureCapacity(isResting ? Math.max(initialCapacity, pending + length) : pending + length, pending);
        resizes.resized(before, buffer.capacity());
        findRoom();
    }

    private void unclaim(long start, long end) {
        tail = (int) (end - buffer.address());
        assert end >= start;
    }

    private void header(char type, long value) {
        long start = claim(MAX_HEADER);
        unclaim(start, start + putHeader(start, type, value));
    }

    private static int putHeader(long at, char type, long value) {
        Memory.putByte(at, (byte) type);
        int digits = Decimal.write(at + 1, value);
        Memory.putShort(at + 1 + digits, CRLF);
        return digits + 3;
    }

    private void blob(char type, String prefix, byte[] bytes) {
        header(type, prefix.length() + (long) bytes.length);
        putAscii(prefix);
        raw(bytes);
        crlf();
    }

    private void nullReply(char resp2Type) {
        if (protocol == 3) {
            line('_', "");
        } else {
            header(resp2Type, -1);
        }
    }

    private void line(char type, String text) {
        Memory.putByte(claim(1), (byte) type);
        int length = text.length();
        long at = claim(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            Memory.putByte(at + i, (byte) (c == '\r' || c == '\n' ? ' ' : c));
        }
        crlf();
    }

    private void putAscii(String text) {
        int length = text.length();
        long at = claim(length);
        for (int i = 0; i < length; i++) {
            Memory.putByte(at + i, (byte) text.charAt(i));
        }
    }

    private void crlf() {
        Memory.putShort(claim(2), CRLF);
    }
}
