package io.tailrace.node.shard;

import java.util.function.LongSupplier;

/**
 * Takes the shards of one transaction after the other for one shard's thread, which runs it, and gives them back. Owned by that thread; its
 * own shard, which it holds when it begins, is always one of them, as it works with its own connections meanwhile.
 *
 * <pre>
 *  step                 takes                                                      when that fails
 *  all or none          each by one compare-and-set, wakes nobody                   gives all back, its own too
 *  in ascending order   waits for each, keeps those before it                       after {@value #BUDGET_MICROS} us with some in hand: gives all back
 *  from the busy one    waits for the one that it waited for, with nothing in       gives it back, and begins the order again;
 *                       hand, then the others all or none                            after {@value #ROUNDS} times without a budget
 * </pre>
 *
 * <p>Nobody waits with a shard in hand for one below it, so there is no circle. A set of shards is a bit mask.
 */
public final class ShardHold {
    static final long BUDGET_MICROS = 500;
    static final int ROUNDS = 8;
    private static final long NEVER = Long.MAX_VALUE;
    private static final int ALL = -1;
    private static final int OVER = -2;

    private final ShardToken[] tokens;
    private final int own;
    private final LongSupplier steadyMicros;
    private final ShardToken.Patience whileLent;
    private final ShardToken.Patience withinBudget = this::isWithinBudget;
    /** Taken besides its own. */
    private long held;

    private ShardToken.Patience asked;
    private long deadlineMicros;
    private boolean isLate;
    private long waited;

    /**
     * @param tokens of all shards of the node
     * @param own the shard of the thread that this is for
     */
    public ShardHold(ShardToken[] tokens, int own, LongSupplier steadyMicros) {
        this(tokens, own, steadyMicros, ShardToken.Patience.ENDLESS);
    }

    /**
     * @param tokens of all shards of the node
     * @param own the shard of the thread that this is for
     * @param whileLent asked again and again when its own shard has to be waited for, which it is for as long as it takes
     */
    public ShardHold(ShardToken[] tokens, int own, LongSupplier steadyMicros, ShardToken.Patience whileLent) {
        this.whileLent = whileLent;
        assert tokens.length <= Long.SIZE : tokens.length;
        this.tokens = tokens;
        this.own = own;
        this.steadyMicros = steadyMicros;
    }

    /** The set of one shard. */
    public static long only(int shard) {
        return 1L << shard;
    }

    /** The set of all shards. */
    public static long all(int count) {
        return -1L >>> (Long.SIZE - count);
    }

    /**
     * Takes shards, until {@link #giveBack}.
     *
     * @param shards besides its own
     * @return whether it has them; if not, it has only its own, as before
     */
    public boolean take(long shards, ShardToken.Patience patience) {
        assert held == 0 : "two transactions at once";
        long others = besidesOwn(shards);
        if (tryAll(others)) {
            held = others;
            return true;
        }
        waited++;
        tokens[own].leave();
        if (takeWaiting(others | only(own), patience)) {
            held = others;
            return true;
        }
        tokens[own].enter(whileLent);
        return false;
    }

    /** Gives all back but its own. */
    public void giveBack() {
        long back = held;
        held = 0;
        giveBack(back);
    }

    /** What is held besides its own. */
    public long held() {
        return held;
    }

    /** The shards of a set that it takes: all but its own. */
    public long besidesOwn(long shards) {
        return shards & ~only(own);
    }

    /** How many transactions did not get their shards at once. */
    public long waited() {
        return waited;
    }

    private void giveBack(long shards) {
        for (long rest = shards; rest != 0; rest &= rest - 1) {
            int shard = Long.numberOfTrailingZeros(rest);
            if (shard == own) {
                tokens[shard].leave();
            } else {
                tokens[shard].giveBack();
            }
        }
    }

    private boolean tryAll(long shards) {
        for (long rest = shards; rest != 0; rest &= rest - 1) {
            int shard = Long.numberOfTrailingZeros(rest);
            boolean isTaken = shard == own ? tokens[shard].tryEnter() : tokens[shard].tryLend();
            if (!isTaken) {
                giveBack(shards & ~rest);
                return false;
            }
        }
        return true;
    }

    private boolean takeWaiting(long shards, ShardToken.Patience patience) {
        asked = patience;
        for (int round = 0; ; round++) {
            int busy = takeInOrder(shards, round < ROUNDS);
            if (busy < 0) {
                return busy == ALL;
            }
            if (tokens[busy].await(busy == own, patience) != ShardToken.Outcome.TAKEN) {
                return false;
            }
            if (tryAll(shards & ~only(busy))) {
                return true;
            }
            giveBack(only(busy));
        }
    }

    /** Returns {@link #ALL}, {@link #OVER}, or the shard that took too long; in both of these cases nothing is held. */
    private int takeInOrder(long shards, boolean hasBudget) {
        deadlineMicros = NEVER;
        isLate = false;
        for (long rest = shards; rest != 0; rest &= rest - 1) {
            int shard = Long.numberOfTrailingZeros(rest);
            if (tokens[shard].await(shard == own, withinBudget) != ShardToken.Outcome.TAKEN) {
                giveBack(shards & ~rest);
                return isLate ? shard : OVER;
            }
            if (hasBudget && deadlineMicros == NEVER) {
                deadlineMicros = steadyMicros.getAsLong() + BUDGET_MICROS;
            }
        }
        return ALL;
    }

    private boolean isWithinBudget() {
        isLate = deadlineMicros != NEVER && steadyMicros.getAsLong() >= deadlineMicros;
        return !isLate && asked.lasts();
    }
}
