package io.tailrace.node.reactor;

import io.tailrace.wire.resp.BufferResizes;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One connection's replies in the order of its requests, and which of them may be sent. Owned and closed by the
 * connection's thread.
 *
 * <pre>
 *   output            |  held                               |  owed
 *  -------------------+-------------------------------------+---------------------------------------
 *   may be sent       |  the first one is held until        |  the first one is still to come from
 *   (native memory)   |  replicas have what it confirms,    |  another shard; those after it are
 *                     |  all are given (native memory)      |  detached, or to come themselves
 * </pre>
 *
 * <p>A reply moves to the left as soon as nothing before it waits. Without anything that waits it is written straight to
 * the output.
 */
final class ReplyQueue implements AutoCloseable {
    private static final int OUTPUT_CAPACITY = 16 << 10;
    private static final int HELD_CAPACITY = 4 << 10;

    /** What a held reply costs besides its bytes, about: its slot, and its place in this queue and in the shard's. */
    private static final int SLOT_BYTES = 128;

    private static final int MAX_SPARE = 64;

    private final SideReplies side;
    private final Consumer<ReplySlot> settle;
    private final BufferResizes resizes;
    private final ReplyWriter output;
    private final ArrayDeque<ReplySlot> held = new ArrayDeque<>();
    private final ArrayDeque<ReplySlot> owed = new ArrayDeque<>();
    /** Slots that are free again: holding replies, and waiting for them, makes no garbage. */
    private final ArrayDeque<ReplySlot> spare = new ArrayDeque<>();

    private final SoftLimitTimer softLimit = new SoftLimitTimer();
    private final AtomicLong detachedBytes = new AtomicLong();
    private ReplyWriter heldBytes;
    private ReplyWriter begun;
    private int mark;
    private int start;
    private boolean isMuted;
    private boolean isKept;
    /** Replies that were reserved to be reused and are still to come. */
    private int forwarded;

    private long owedBytes;
    private long askedBytes;
    private long mostBytes = Integer.MAX_VALUE;

    /**
     * @param side takes replies that must wait for one that another shard owes
     * @param settle told of each that has its reply, and that nothing holds any more
     * @param resizes counted there
     */
    ReplyQueue(SideReplies side, Consumer<ReplySlot> settle, BufferResizes resizes) {
        this.side = side;
        this.settle = settle;
        this.resizes = resizes;
        output = ReplyWriter.resting(OUTPUT_CAPACITY, resizes);
        begun = output;
    }

    /** How large each reply may be that is begun from here on. */
    void limit(long bytes) {
        mostBytes = bytes;
    }

    /** Gives memory back that nothing is in. */
    void shrink() {
        output.rest();
        if (heldBytes != null) {
            heldBytes.rest();
        }
        spare.clear();
    }

    /** For how long there has been too much. */
    SoftLimitTimer softLimit() {
        return softLimit;
    }

    /** What may be sent. */
    ReplyWriter output() {
        return output;
    }

    /** Where the reply of the request that is executed now goes, until {@link #end}, {@link #endHeld} or {@link #reserve}. */
    ReplyWriter begin(boolean mayBeHeld, int protocol) {
        isKept = false;
        if (!owed.isEmpty()) {
            begun = side.begin(protocol, detachedBytes);
            start = begun.position();
            return begun;
        }
        if (held.isEmpty() && !mayBeHeld) {
            begun = output;
        } else {
            begun = heldBytes();
            mark = begun.pending();
        }
        begun.protocol(protocol);
        begun.mayGrowBy(mostBytes);
        start = begun.position();
        return begun;
    }

    private ReplyWriter heldBytes() {
        if (heldBytes == null) {
            heldBytes = ReplyWriter.resting(HELD_CAPACITY, resizes);
        }
        return heldBytes;
    }

    /** Lets replies that end from here on, and those that are reserved, be dropped, or no more. */
    void mute(boolean isOn) {
        isMuted = isOn;
    }

    /** What was begun is never dropped, as it is a message rather than a reply. */
    void keep() {
        isKept = true;
    }

    /** Ends a reply that was begun and waits for nothing itself. */
    void end() {
        if (isMuted && !isKept) {
            begun.truncate(start);
        }
        if (begun == output) {
            return;
        }
        if (begun != heldBytes) {
            addDetached(unused());
        } else if (held.isEmpty()) {
            moveToOutput(heldBytes.pending());
        } else {
            held.getLast().followingBytes += heldBytes.pending() - mark;
        }
    }

    private ReplySlot unused() {
        ReplySlot slot = spare.isEmpty() ? new ReplySlot(settle) : spare.pop();
        slot.isReused = true;
        return slot;
    }

    private void reuse(ReplySlot slot) {
        if (slot.isReused && spare.size() < MAX_SPARE) {
            spare.push(slot.reset());
        }
    }

    private void addDetached(ReplySlot slot) {
        slot.give(side.takeOwn(detachedBytes));
        owedBytes += slot.reply.length();
        owed.add(slot);
    }

    /** Ends a reply that was begun as one that may be held, and is. */
    ReplySlot endHeld() {
        assert begun != output : "begun as one that is sent at once";
        if (isMuted && !isKept) {
            begun.truncate(start);
        }
        ReplySlot slot;
        if (begun != heldBytes) {
            slot = unused().hold();
            slot.isMuted = isMuted;
            addDetached(slot);
        } else {
            slot = unused();
            slot.isMuted = isMuted;
            held.add(slot.hold().givenAs(heldBytes.pending() - mark));
        }
        return slot;
    }

    /**
     * Keeps a place for a reply that comes later.
     *
     * @param requestBytes what copies of the request hold until then
     */
    ReplySlot reserve(int requestBytes) {
        return reserve(new ReplySlot(settle), requestBytes);
    }

    /** The same for one who gives the reply once, whoever holds it then, and forgets the place. */
    ReplySlot reserveReused(int requestBytes) {
        forwarded++;
        return reserve(unused(), requestBytes);
    }

    private ReplySlot reserve(ReplySlot slot, int requestBytes) {
        slot.isMuted = isMuted;
        slot.requestBytes = requestBytes;
        askedBytes += requestBytes;
        owed.add(slot);
        return slot;
    }

    /** Gives a reply that was waited for. */
    void give(ReplySlot slot, DetachedReply reply) {
        slot.give(reply);
        forwarded -= slot.isReused ? 1 : 0;
        owedBytes += reply.length();
        askedBytes -= slot.requestBytes;
        assert askedBytes >= 0 : askedBytes;
        while (!owed.isEmpty() && owed.peek().isGiven()) {
            moveToHeld(owed.remove());
        }
        assert !owed.isEmpty() || owedBytes == 0 && askedBytes == 0 : owedBytes + " and " + askedBytes + " of nothing";
    }

    private void moveToHeld(ReplySlot slot) {
        try (DetachedReply reply = slot.reply) {
            slot.reply = null;
            owedBytes -= reply.length();
            assert owedBytes >= 0 : owedBytes;
            if (slot.isMuted && slot.isSettled()) {
                reuse(slot);
                return;
            }
            if (held.isEmpty() && slot.isSettled()) {
                write(slot.failure(), reply);
                reuse(slot);
            } else {
                hold(slot, reply);
            }
        }
    }

    private void hold(ReplySlot slot, DetachedReply reply) {
        heldBytes().mayGrowBy(Integer.MAX_VALUE);
        int bytes = slot.isMuted ? 0 : reply.length();
        if (bytes > 0) {
            reply.writeTo(heldBytes);
        }
        if (slot.isSettled() && slot.failure() == null) {
            held.getLast().followingBytes += bytes;
            reuse(slot);
        } else {
            slot.ownBytes = bytes;
            held.add(slot);
        }
    }

    private void write(String failure, DetachedReply reply) {
        output.mayGrowBy(Integer.MAX_VALUE);
        if (failure == null) {
            reply.writeTo(output);
        } else {
            output.error(failure);
        }
    }

    /** Moves to the output what nothing holds any more; returns whether there was something. */
    boolean drain() {
        int before = held.size();
        while (!held.isEmpty() && held.peek().isSettled()) {
            ReplySlot slot = held.remove();
            if (slot.failure() == null) {
                moveToOutput(slot.ownBytes);
            } else {
                if (!slot.isMuted) {
                    output.error(slot.failure());
                }
                heldBytes.drained(slot.ownBytes);
            }
            moveToOutput(slot.followingBytes);
            reuse(slot);
        }
        return held.size() < before;
    }

    private void moveToOutput(int bytes) {
        if (bytes > 0) {
            output.mayGrowBy(Integer.MAX_VALUE);
            output.raw(heldBytes.address(), bytes);
            heldBytes.drained(bytes);
        }
    }

    /** Whether nothing waits: what is not in the output was sent. */
    boolean isEmpty() {
        return held.isEmpty() && owed.isEmpty();
    }

    /** Whether a reply is to come of a command that another shard runs as soon as it can. */
    boolean isForwarded() {
        return forwarded > 0;
    }

    /**
     * Replies that are still to come, and those that wait for one; with none, every command so far has been executed,
     * wherever it had to be.
     */
    int owedCount() {
        return owed.size();
    }

    /** Bytes of replies that wait for one that is to come, and of requests whose reply is. */
    long waitingBytes() {
        return owedBytes + askedBytes;
    }

    /** Bytes of native memory that detached replies hold, here or on their way here; any thread. */
    AtomicLong detachedBytes() {
        return detachedBytes;
    }

    /** Bytes of memory for what is to be sent, and for copies of requests that others answer. */
    long bufferBytes() {
        return output.capacity()
                + (heldBytes == null ? 0 : heldBytes.capacity())
                + (long) SLOT_BYTES * (held.size() + owed.size())
                + detachedBytes.get()
                + askedBytes;
    }

    /** All that waits to be sent, with what holding it costs. */
    long bytes() {
        long heldPending = heldBytes == null ? 0 : heldBytes.pending() + (long) SLOT_BYTES * held.size();
        return output.pending() + heldPending + owedBytes;
    }

    @Override
    public void close() {
        output.close();
        if (heldBytes != null) {
            heldBytes.close();
        }
        held.clear();
        spare.clear();
        for (ReplySlot slot : owed) {
            if (slot.reply != null) {
                slot.reply.close();
            }
        }
        owed.clear();
    }
}
