package io.tailrace.node.simulation;

import java.util.EnumSet;
import java.util.Set;

/** What is done to the machines and the network, beside the ordinary course of things. */
enum Fault {
    /** A process is killed between two of its steps. */
    KILL(20),
    /** A process is killed at one of its next uses of a socket or a file. */
    CRASH(30),
    /** A machine loses its power, and with it what was not forced. */
    POWER(12),
    /** A node is stopped in order. */
    STOP(10),
    /** A machine that is down is started again. */
    START(80),
    /** A connection is reset. */
    RESET(40),
    /** The first bytes of a replica's connection arrive a second time. */
    REPEAT(15),
    /** Two hosts can't reach each other any more. */
    CUT(15),
    /** Everybody reaches everybody again. */
    HEAL(30),
    /** A disk is full or fails for a while. */
    DISK(14),
    /** Disks work again. */
    REPAIR(40),
    /** Another node is made the primary, and the others are told. */
    FAILOVER(14),
    /** The primary is asked to hand over as planned, or to end that. */
    HANDOVER(25),
    /** A replica is put below another one. */
    CHAIN(20),
    /** A machine's data directory is lost, or an older copy of it is put in its place. */
    LOSE(6),
    /** A machine's clock jumps. */
    CLOCK(10),
    /** Much time passes at once. */
    PAUSE(60),
    /** A process is killed when it has one of the parts of a transaction over several shards, or some, but not all. */
    TEAR(30);

    /** What there is with one shard, too. */
    static final Set<Fault> OF_ONE_SHARD = EnumSet.complementOf(EnumSet.of(TEAR));

    private final int most;

    Fault(int most) {
        this.most = most;
    }

    /** The highest rate: in this many of 10,000 steps. */
    int most() {
        return most;
    }
}
