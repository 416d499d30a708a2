package io.tailrace.node.simulation;

import java.nio.ByteBuffer;

/**
 * One direction of a connection: what one end sent and the other has not got yet. It outlives the end that sent it, as the
 * network does: bytes of a dead process arrive, in their order, when somebody delivers them.
 *
 * <pre>
 *  [SYN] or [SYN-ACK], then bytes ..., then [FIN] or [RST]
 * </pre>
 */
final class Flow {
    private static final int RETAINED = 1 << 10;

    private final Network network;
    private final Endpoint from;
    private final Endpoint to;
    private final ByteQueue bytes = new ByteQueue();
    private final ByteQueue begun = new ByteQueue();
    private Opening opening = Opening.NONE;
    private boolean isFinished;
    private boolean isReset;
    private boolean isOver;
    private boolean isDelayed;

    private enum Opening {
        NONE,
        ASKED,
        TAKEN
    }

    Flow(Network network, Endpoint from, Endpoint to) {
        this.network = network;
        this.from = from;
        this.to = to;
    }

    Endpoint from() {
        return from;
    }

    Endpoint to() {
        return to;
    }

    ByteQueue bytes() {
        return bytes;
    }

    /** Takes {@code count} bytes of the sender on their way. */
    void send(ByteBuffer from, int count) {
        int kept = Math.min(count, RETAINED - begun.size());
        if (kept > 0) {
            begun.add(from.duplicate(), kept);
        }
        bytes.add(from, count);
    }

    /** What was sent here first. */
    byte[] begun() {
        return begun.copy();
    }

    /** Asks to be connected. */
    void open() {
        opening = Opening.ASKED;
    }

    /** No more bytes come after those that are here. */
    void finish() {
        isFinished = true;
    }

    /** The end is gone without a good-bye; this much of what it sent still is on its way. */
    void vanish(int kept) {
        bytes.cutTo(kept);
        opening = Opening.NONE;
    }

    /** The connection is broken off after this many of the bytes that are here. */
    void reset(int kept) {
        bytes.cutTo(kept);
        opening = Opening.NONE;
        isReset = true;
    }

    /** Keeps what is on its way, or lets it continue. */
    void delay(boolean isWanted) {
        isDelayed = isWanted;
    }

    /** Whether something can be delivered now. */
    boolean hasWork() {
        if (isOver || isDelayed || network.isCut(from.host(), to.host())) {
            return false;
        }
        return opening != Opening.NONE
                || !bytes.isEmpty() && to.hasRoom()
                || bytes.isEmpty() && (isFinished || isReset);
    }

    /** Lets the next thing arrive: the opening, up to {@code most} bytes, or the end. Returns what that was. */
    String deliver(int most) {
        if (opening == Opening.ASKED) {
            opening = Opening.NONE;
            return network.arrive(this) ? "SYN" : "SYN to nobody";
        }
        if (opening == Opening.TAKEN) {
            opening = Opening.NONE;
            to.established();
            return "SYN-ACK";
        }
        if (!bytes.isEmpty()) {
            return deliverBytes(Math.min(most, bytes.size()));
        }
        isOver = true;
        if (isReset) {
            to.failed("Connection reset by peer");
            return "RST";
        }
        to.ended();
        return "FIN";
    }

    private String deliverBytes(int count) {
        if (!to.isGone()) {
            bytes.moveTo(to.inbound(), Math.min(count, bytes.size()));
            return count + " bytes";
        }
        bytes.cutTo(0);
        isOver = true;
        if (network.isUp(to.host())) {
            to.outbound().reset(0);
            return "bytes to nobody";
        }
        return "bytes into a dead machine";
    }

    /** The other end took the connection: tells this one. */
    void take() {
        opening = Opening.TAKEN;
    }

    @Override
    public String toString() {
        return from + ">" + to;
    }
}
