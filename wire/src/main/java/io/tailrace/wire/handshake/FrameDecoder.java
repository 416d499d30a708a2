package io.tailrace.wire.handshake;

import io.tailrace.wire.memory.Memory;

/**
 * Finds frames in the bytes of a replication link, in pieces of any size, and copies nothing. No garbage.
 *
 * <p>One per link, used by the thread that owns it. The header is judged as soon as it is there, so a wrong length is
 * refused before anybody waits or makes room for a body.
 */
public final class FrameDecoder {
    /** What a call to {@link #decode} came to. */
    public enum Outcome {
        /** The frame isn't complete; show the same bytes and more. */
        NEED_MORE,
        /** A frame is there; drop {@link FrameDecoder#consumed()} bytes when it is done. */
        FRAME,
        /** The bytes are no frame; {@link FrameDecoder#problem()} says why. Close. */
        MALFORMED
    }

    private final int maxRecordLength;
    private long frame;
    private int consumed;
    private int needed = FrameLayout.HEADER_LENGTH;
    private String problem;

    /** @param maxRecordLength the longest record that is accepted, in bytes */
    public FrameDecoder(int maxRecordLength) {
        this.maxRecordLength = maxRecordLength;
    }

    /**
     * Looks for a frame.
     *
     * @param address of the first unconsumed byte
     * @param length how many bytes are there
     */
    public Outcome decode(long address, int length) {
        consumed = 0;
        if (length < FrameLayout.HEADER_LENGTH) {
            needed = FrameLayout.HEADER_LENGTH;
            return Outcome.NEED_MORE;
        }
        int type = FrameLayout.type(address);
        int bodyLength = FrameLayout.bodyLength(address);
        int min = FrameLayout.minBodyLength(type);
        if (min < 0) {
            return malformed("frame of unknown type " + type);
        }
        if (!FrameLayout.isReservedZero(address)) {
            return malformed("frame of type " + type + " with reserved bytes that are not zero");
        }
        if (bodyLength < min || bodyLength > FrameLayout.maxBodyLength(type, maxRecordLength)) {
            return malformed(
                    FrameLayout.typeName(type) + " frame with a body of " + (bodyLength & 0xffff_ffffL) + " bytes");
        }
        int total = FrameLayout.HEADER_LENGTH + bodyLength;
        if (length < total) {
            needed = total;
            return Outcome.NEED_MORE;
        }
        frame = address;
        consumed = total;
        return Outcome.FRAME;
    }

    /** Bytes of the frame, 0 if there is none. */
    public int consumed() {
        return consumed;
    }

    /** After NEED_MORE: how many bytes must be there before it is worth calling again. */
    public int needed() {
        return needed;
    }

    /** One of {@link FrameLayout}'s types. This and the following after FRAME, until the bytes move. */
    public int type() {
        return FrameLayout.type(frame);
    }

    public long argument() {
        return FrameLayout.argument(frame);
    }

    public long bodyAddress() {
        return frame + FrameLayout.BODY_OFFSET;
    }

    public int bodyLength() {
        return consumed - FrameLayout.HEADER_LENGTH;
    }

    /** The i64 at an offset of the body, which {@link FrameLayout} names for PING and ACK. */
    public long bodyLong(int offset) {
        assert offset >= 0 && offset + Long.BYTES <= bodyLength() : offset;
        return Memory.getLong(bodyAddress() + offset);
    }

    /** The i32 at an offset of the body, which {@link FrameLayout} names for WAITING. */
    public int bodyInt(int offset) {
        assert offset >= 0 && offset + Integer.BYTES <= bodyLength() : offset;
        return Memory.getInt(bodyAddress() + offset);
    }

    /** The body as text, of SNAPSHOT_BEGIN and ERROR. Allocates. */
    public String bodyAscii() {
        return Memory.toAscii(bodyAddress(), bodyLength());
    }

    /** After MALFORMED: what is wrong. */
    public String problem() {
        return problem;
    }

    private Outcome malformed(String what) {
        problem = what;
        return Outcome.MALFORMED;
    }
}
