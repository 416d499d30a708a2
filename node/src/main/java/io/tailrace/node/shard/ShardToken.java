package io.tailrace.node.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The right to touch one shard of several and all that belongs to its thread: store, log, watches, replication. Any thread may call; a
 * node with one shard has none.
 *
 * <pre>
 *  state    who may touch the shard                                  the next one
 *  FREE     nobody: its thread sleeps, or is between two turns       OWNED, LENT
 *  OWNED    its own thread                                           FREE, at the end of a turn or at a boundary that sees {@link #isWanted}; CLOSED
 *  LENT     the thread of another shard, for one transaction         FREE
 *  CLOSED   nobody any more: its thread has ended, or a transaction  -
 *           failed between its appends ({@link #fail})
 * </pre>
 *
 * <p>Taking is one compare-and-set while nobody waits. Who finds it taken waits in the order of coming, parked, and is woken when it is
 * free; nobody overtakes. What one holder has written the next one sees.
 */
public final class ShardToken {
    /** Asked again and again by one who waits: whether it waits on. */
    @FunctionalInterface
    public interface Patience {
        /** For as long as it takes. */
        Patience ENDLESS = () -> true;

        boolean lasts();
    }

    /** How a wait ended. */
    public enum Outcome {
        TAKEN,
        /** There is no more patience. */
        GIVEN_UP,
        /** The shard is closed for good. */
        CLOSED
    }

    private static final int FREE = 0;
    private static final int OWNED = 1;
    private static final int LENT = 2;
    private static final int CLOSED = 3;

    /** After so long one who waits looks at its patience. */
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(ShardToken.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int shard;
    /** Guarded by itself. */
    private final ArrayDeque<Thread> queue = new ArrayDeque<>();

    private volatile int state = FREE;
    /** How many are in the queue. */
    private volatile int waiting;
    /** Written by its holder. */
    private Thread holder;

    public ShardToken(int shard) {
        this.shard = shard;
    }

    /** On the shard's own thread, at the beginning of a turn: takes it, however long that takes. */
    public void enter(Patience whileWaiting) {
        if (!tryTake(OWNED)) {
            Outcome outcome = await(OWNED, whileWaiting);
            if (outcome != Outcome.TAKEN) {
                throw new ShardFailedException(
                        shard, "a transaction over several shards failed while a part was logged");
            }
        }
    }

    /** On the shard's own thread: it may be taken by others from now on, unless it is closed. */
    public void leave() {
        assert isClosed() || state == OWNED && isHeldHere() : this;
        free();
    }

    /** Whether a thread waits for it: one plain look. */
    public boolean isWanted() {
        return waiting != 0;
    }

    /** On the shard's own thread, between two connections or tasks: lets those go first who wait by now. */
    public void letOthers(Patience whileWaiting) {
        if (isWanted()) {
            leave();
            enter(whileWaiting);
        }
    }

    /** On the shard's own thread, at its end: nobody gets it any more, and its holder gives it back first. */
    public void close() {
        if (state != CLOSED && (isHeldHere() || tryTake(OWNED) || await(OWNED, Patience.ENDLESS) == Outcome.TAKEN)) {
            fail();
        }
    }

    /** By its holder: nobody is to see what it has done to the shard. */
    public void fail() {
        assert isHeldHere() : this;
        holder = null;
        state = CLOSED;
        synchronized (queue) {
            queue.forEach(LockSupport::unpark);
        }
    }

    /** On another shard's thread: takes it if it is free and nobody waits for it. */
    boolean tryLend() {
        return tryTake(LENT);
    }

    /** On the shard's own thread: the same. */
    boolean tryEnter() {
        return tryTake(OWNED);
    }

    /** On another shard's thread, unless it has closed it. */
    void giveBack() {
        assert isClosed() || state == LENT && isHeldHere() : this;
        free();
    }

    private boolean isClosed() {
        return state == CLOSED;
    }

    private boolean tryTake(int as) {
        if (waiting == 0 && STATE.compareAndSet(this, FREE, as)) {
            holder = Thread.currentThread();
            return true;
        }
        return false;
    }

    private void free() {
        if (isClosed()) {
            return;
        }
        holder = null;
        // not only released: whoever came to wait before this is seen, or sees it
        state = FREE;
        if (waiting != 0) {
            wakeFirst();
        }
    }

    private void wakeFirst() {
        synchronized (queue) {
            LockSupport.unpark(queue.peek());
        }
    }

    /**
     * Waits for it behind those who came before.
     *
     * @param isOwn whether it is the calling thread's own shard
     */
    Outcome await(boolean isOwn, Patience patience) {
        return await(isOwn ? OWNED : LENT, patience);
    }

    private Outcome await(int as, Patience patience) {
        Thread self = Thread.currentThread();
        assert !isHeldHere() : this + " is waited for by its holder";
        synchronized (queue) {
            queue.add(self);
            waiting = queue.size();
        }
        Outcome outcome = null;
        try {
            while (outcome == null) {
                outcome = look(as, self, patience);
                if (outcome == null) {
                    LockSupport.parkNanos(this, LOOK_NANOS);
                }
            }
            return outcome;
        } finally {
            stopWaiting(self);
            if (outcome != Outcome.TAKEN) {
                wakeFirst();
            }
        }
    }

    private Outcome look(int as, Thread self, Patience patience) {
        if (state == CLOSED) {
            return Outcome.CLOSED;
        }
        if (isFirst(self) && STATE.compareAndSet(this, FREE, as)) {
            holder = self;
            return Outcome.TAKEN;
        }
        return patience.lasts() ? null : Outcome.GIVEN_UP;
    }

    private boolean isFirst(Thread self) {
        synchronized (queue) {
            return queue.peek() == self;
        }
    }

    private void stopWaiting(Thread self) {
        synchronized (queue) {
            queue.remove(self);
            waiting = queue.size();
        }
    }

    /** Whether the calling thread holds it. */
    public boolean isHeldHere() {
        return holder == Thread.currentThread();
    }

    /** For asserts: whether another thread holds it. */
    public boolean isHeldElsewhere() {
        Thread now = holder;
        return now != null && now != Thread.currentThread();
    }

    /** How many wait for it. */
    int waiting() {
        return waiting;
    }

    @Override
    public String toString() {
        return "shard " + shard + " "
                + switch (state) {
                    case FREE -> "free";
                    case OWNED -> "owned";
                    case LENT -> "lent";
                    default -> "closed";
                };
    }
}
