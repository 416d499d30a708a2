package io.tailrace.node.simulation;

import java.util.function.Supplier;

/** What must hold after every step, whatever happened before. */
enum Invariant {
    /** A record at one index of one history is the same, with its chain, on every node that has it. */
    SAME_RECORD("same index, same record"),
    /** A replica has no record that no primary ever wrote. */
    NO_INVENTED_RECORD("no record without a primary that wrote it"),
    /** A record's chain is that of the record before it, continued over its bytes. */
    CHAIN("every record continues the chain"),
    /** What a node has in its store is what its log says. */
    FOLD("applied state is the fold of the log"),
    /** A reply to a read shows the state at some record that was applied there and then. */
    SERVED("what is read existed"),
    /** A reply to a read of several shards shows all of them at one moment: of no transaction a part only. */
    ATOMIC("what is read of several shards existed together"),
    /** A node's shards in service have every transaction over several of them as a whole. */
    CLOSED("the log of a shard in service is closed"),
    /** A node that answers that it has reached a token has every write which that stands for. */
    REACHED("a token that is reached has all of its writes"),
    /** A write that was answered well is in the log of the node that answered. */
    ANSWERED("an answered write is in the log"),
    /**
     * Whoever says that n replicas have a write, by WAIT or by a reply held for them, is right at that moment, and each of
     * these nodes has it from then on, over kills and promotions.
     */
    ACKNOWLEDGED("a write acknowledged at level n is on n nodes"),
    /** A node's log loses nothing, unless it was told to discard it, or its unforced end went with the power. */
    NOTHING_LOST("a log only grows"),
    /** Records are rolled back only where another node was promoted without them, and are found in a file afterwards. */
    REWOUND("what a rewind rolls back is saved"),
    /**
     * What a node holds goes only for a copy of the log of the node that it follows, or was forced to: one that is whole, and
     * that it had a part of, or that an operator's order was bound to.
     */
    CONSENTED("data goes only for a complete copy of a history that was consented to"),
    /** What was said to be on the disk is there after a loss of power. */
    DURABLE("forced records survive a loss of power"),
    /** A promoted node has every write that was acknowledged by a replica its choice was made among. */
    PROMOTED("a promotion loses no acknowledged write"),
    /** A node that takes over as planned has every write that was answered, unless it was to do without. */
    HANDED_OVER("a handover loses no answered write"),
    /** Of the nodes of a planned handover at most one is a primary, whatever dies, until somebody decides otherwise. */
    ONE_PRIMARY("a handover makes no second primary"),
    /** A node starts on whatever a crash left it. */
    STARTS("a node starts after a crash"),
    /** A node stops because it is told to, or because its disk fails. */
    RUNS("a node does not stop by itself"),
    /** When everything works again, the replicas come to stand where the primary stands. */
    CONVERGES("replicas come to the primary's state"),
    /** No memory is left when all is over. */
    FREES("all memory is given back");

    private final String sentence;

    Invariant(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String toString() {
        return name() + " (" + sentence + ")";
    }

    void require(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new Violation(this, otherwise.get());
        }
    }

    void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Violation(this, otherwise);
        }
    }
}
