package io.tailrace.node.simulation;

/**
 * One direction of a connection: what one end sent and the other has not got yet. It outlives the end that sent it, as the
 * network does: bytes of a dead process arrive, in their order, when somebody delivers them.
 *
 * <pre>
 *  [SYN] or [SYN-ACK], then bytes ..., then [FIN] or [RST]
 * </pre>
 */
final class Flow {
    private final Network network;
    private final Endpoint from;
    private final Endpoint to;
    private final ByteQueue bytes = new ByteQueue();
    private Opening opening = Opening.NONE;
    private boolean isFinished;
    private boolean isReset;
    private boolean isOver;

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

    /** Asks to be connected. */
    void open() {
        opening = Opening.ASKED;
    }

    /** No more bytes come after those that are here. */
    void finish() {
        isFinished = true;
    }

    /** The end is gone without a good-bye; so much of what it sent still is on its way. */
    void vanish(int kept) {
        bytes.cutTo(kept);
        opening = Opening.NONE;
    }

    /** The connection is broken off after so many of the bytes that are here. */
    void reset(int kept) {
        bytes.cutTo(kept);
        opening = Opening.NONE;
        isReset = true;
    }

    /** Whether something can be delivered now. */
    boolean hasWork() {
        if (isOver || network.isCut(from.host(), to.host())) {
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
            network.onBytes(this);
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
