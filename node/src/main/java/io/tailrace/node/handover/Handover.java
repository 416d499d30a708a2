package io.tailrace.node.handover;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.StateMachine;
import io.tailrace.wire.record.QueueIndex;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A primary hands its role to a replica without losing a write or copying data. Owned by the first shard's thread, which
 * drives it: by what it hears, and by {@link #poll} for the deadlines.
 *
 * <p>Four messages, over a connection to the target's client port that is made before anything waits:
 *
 * <pre>
 *  this node                                            target
 *  lets writes wait, until the target has all records
 *  TAKE history from to indexes ---------------------->  stands at these indexes on every shard; opens the new
 *  (meanwhile: notes on its disk that it hands over)     history there, pending: still a replica to everybody
 *                               <----------------------  +TAKEN
 *  is no primary any more
 *  CONFIRM history ----------------------------------->  is the primary, on its disk and then to its clients
 *                               <----------------------  +PRIMARY
 *  follows the target, writes that waited get -READONLY
 * </pre>
 *
 * <p>The state table. "Target" is what the target may be meanwhile; at no time can both accept writes:
 *
 * <pre>
 *  state             this node, writes   target        event                                        next
 *  WAITING_FOR_SYNC  primary, wait       replica       acknowledged everything, and connected       OFFERED
 *                                                      time over: not forced | forced               ABORTED | OFFERED
 *                                                      ABORT, target gone, no connection in 5 s     ABORTED
 *  OFFERED           primary, wait       pending       +TAKEN and the note is on the disk           COMMITTED
 *                                                      error, closed, 5 s, ABORT, no note           ABORTED
 *  COMMITTED         no primary, wait    pending,      +PRIMARY                                     DONE
 *                                        primary       -NOHANDOVER: surely not taken over            ABORTED
 *                                                      closed, 5 s                                  IN_DOUBT
 *  IN_DOUBT          replica, refused    either one    asked each second (OUTCOME): primary         DONE
 *                                                      follows this node, never takes over          ABORTED
 *                                                      follows another node                         DONE
 *                                                      REPLICAOF by an operator                     over
 *  DONE              replica of it       primary
 *  ABORTED           primary             replica again: when its connection closes, or after 10 s
 * </pre>
 *
 * <p>So a target that dies or falls silent before CONFIRM has left leaves this node the primary. One that dies after
 * taking over is a primary that died. In between lies the one message whose fate cannot be known: this node then waits
 * for the target to come back, or for an operator to say REPLICAOF NO ONE, and never guesses. If this node dies, its disk
 * says what it was: the primary, or in doubt, and then it asks.
 */
public final class Handover implements HandoverPeer.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    /** Begins an answer to CONFIRM after which the target never takes over. Any other error leaves a doubt. */
    public static final String REFUSED = "-NOHANDOVER ";

    private static final long ANSWER_MICROS = 5_000_000;
    private static final long ASK_EVERY_MICROS = 1_000_000;

    private final HandoverHost host;
    private final HandoverTarget target;
    private final String history;
    private final String shown;
    private final StateMachine<HandoverState> machine;
    private HandoverPeer peer;
    private boolean isConnected;
    private boolean isPaused;
    private boolean isSynced;
    private boolean isTaken;
    private boolean isRemembered;
    private long[] indexes;
    private long beganMicros;
    private long pausedMicros;
    private long offeredMicros;
    private long committedMicros;
    private long answerByMicros;

    private Handover(HandoverHost host, HandoverTarget target, String history, HandoverState state) {
        this.host = host;
        this.target = target;
        this.history = history;
        machine = new StateMachine<>("handover", state);
        shown = target.address().toString();
    }

    /** Begins to hand over. */
    public static Handover begin(HandoverHost host, HandoverTarget target, String history) {
        Handover handover = new Handover(host, target, history, HandoverState.WAITING_FOR_SYNC);
        handover.beganMicros = host.nowMicros();
        LOG.info("target={}: handing over: waiting until it has every record", handover.shown);
        handover.peer = host.connect(target.address(), handover);
        return handover;
    }

    /** Continues after a restart with one whose outcome is not known; the node follows the target already. */
    public static Handover resume(HandoverHost host, HostPort target, String history) {
        Handover handover =
                new Handover(host, new HandoverTarget("", target, 0, false), history, HandoverState.IN_DOUBT);
        LOG.warn("target={}: unknown whether it has taken over: asking until it answers", target);
        return handover;
    }

    public HandoverState state() {
        return machine.state();
    }

    /** The states it went through, for tests. */
    StateMachine<HandoverState> machine() {
        return machine;
    }

    @Override
    public void onConnected() {
        isConnected = true;
        if (machine.is(HandoverState.WAITING_FOR_SYNC)) {
            isPaused = true;
            pausedMicros = host.nowMicros();
            host.pauseWrites();
            host.quiesce(this::onQuiet);
        } else if (machine.is(HandoverState.IN_DOUBT)) {
            peer.send("REPLCONF", "HANDOVER", "OUTCOME", history, host.nodeId());
        }
    }

    private void onQuiet(long[] lastIndexes) {
        if (machine.is(HandoverState.WAITING_FOR_SYNC)) {
            indexes = lastIndexes;
            host.awaitReplica(target.nodeId(), lastIndexes, this::onSynced);
        }
    }

    private void onSynced(String problem) {
        if (!machine.is(HandoverState.WAITING_FOR_SYNC)) {
            return;
        }
        if (problem != null) {
            abort(problem);
        } else {
            isSynced = true;
            offer();
        }
    }

    private void offer() {
        machine.to(HandoverState.OFFERED, isSynced ? "the target has every record" : "timed out, and FORCE was given");
        offeredMicros = host.nowMicros();
        answerByMicros = offeredMicros + ANSWER_MICROS;
        List<String> request =
                new ArrayList<>(List.of("REPLCONF", "HANDOVER", "TAKE", history, host.nodeId(), target.nodeId()));
        for (long index : indexes) {
            request.add(Long.toString(isSynced ? index : QueueIndex.NONE));
        }
        peer.send(request.toArray(String[]::new));
        host.remember(target.address(), history, this::onRemembered);
    }

    private void onRemembered(String problem) {
        if (!machine.is(HandoverState.OFFERED)) {
            return;
        }
        if (problem != null) {
            abort("can't remember it: " + problem);
            return;
        }
        isRemembered = true;
        commitWhenReady();
    }

    private void commitWhenReady() {
        if (isTaken && isRemembered) {
            machine.to(HandoverState.COMMITTED, "the target is ready, and the disk says so");
            host.stepDown(target.address());
            committedMicros = host.nowMicros();
            answerByMicros = committedMicros + ANSWER_MICROS;
            peer.send("REPLCONF", "HANDOVER", "CONFIRM", history);
        }
    }

    @Override
    public void onLine(String line) {
        switch (machine.state()) {
            case OFFERED:
                onOfferAnswered(line);
                break;
            case COMMITTED:
                onCommitAnswered(line);
                break;
            case IN_DOUBT:
                onOutcome(line);
                break;
            default:
                abort("the target said " + line + " unasked");
        }
    }

    private void onOfferAnswered(String line) {
        if (line.equals("+TAKEN")) {
            isTaken = true;
            commitWhenReady();
        } else {
            abort("the target answered " + line);
        }
    }

    private void onCommitAnswered(String line) {
        if (line.equals("+PRIMARY")) {
            complete();
        } else if (line.startsWith(REFUSED)) {
            abort("the target answered " + line);
        } else {
            doubt("it answered " + line);
        }
    }

    private void complete() {
        long now = host.nowMicros();
        machine.to(HandoverState.DONE, "the target is the primary");
        closePeer();
        host.follow(target.address());
        host.resumeWrites();
        LOG.info(
                "target={}: handover complete: writes were paused for {} us: {} until it had every record, {} until it was ready,"
                        + " {} until it was the primary",
                shown,
                now - pausedMicros,
                offeredMicros - pausedMicros,
                committedMicros - offeredMicros,
                now - committedMicros);
    }

    private void doubt(String reason) {
        machine.to(HandoverState.IN_DOUBT, reason);
        closePeer();
        answerByMicros = host.nowMicros() + ASK_EVERY_MICROS;
        host.followInDoubt(target.address());
        host.resumeWrites();
        LOG.warn(
                "target={}: told to take over, but {}: unknown whether it did, asking until it answers; if it is lost for good, "
                        + "REPLICAOF NO ONE makes this node a primary",
                shown,
                reason);
    }

    private void onOutcome(String line) {
        switch (line) {
            case "+PRIMARY":
                settle("it has taken over");
                break;
            case "+FOLLOWS-OTHER":
                settle("it follows another node");
                break;
            case "+FOLLOWS-YOU":
                machine.to(HandoverState.ABORTED, "the target follows this node");
                closePeer();
                LOG.warn("target={}: it has not taken over: this node is the primary again", shown);
                host.revert();
                break;
            default:
                LOG.debug("target={}: answered {}", shown, line);
                closePeer();
        }
    }

    private void settle(String what) {
        machine.to(HandoverState.DONE, what);
        closePeer();
        LOG.info("target={}: handover resolved: {}", shown, what);
        host.settle();
    }

    @Override
    public void onClosed(String reason) {
        isConnected = false;
        peer = null;
        switch (machine.state()) {
            case WAITING_FOR_SYNC:
            case OFFERED:
                abort("the connection to the target: " + reason);
                break;
            case COMMITTED:
                doubt("the connection to it: " + reason);
                break;
            default:
                LOG.debug("target={}: {}", shown, reason);
        }
    }

    /** Looks at the deadlines; often while it is not over. */
    public void poll() {
        long now = host.nowMicros();
        switch (machine.state()) {
            case WAITING_FOR_SYNC:
                boolean isLate = target.timeoutMs() > 0 && now - beganMicros >= target.timeoutMs() * 1_000;
                if (isLate && target.isForced() && indexes != null && isConnected) {
                    LOG.warn("target={}: handing over by force: timed out before it had every record", shown);
                    offer();
                } else if (isLate) {
                    abort("the target did not have every record in " + target.timeoutMs() + " ms");
                } else if (!isConnected && now - beganMicros >= ANSWER_MICROS) {
                    abort("no connection to the target within " + ANSWER_MICROS / 1_000 + " ms");
                }
                break;
            case OFFERED:
                if (now >= answerByMicros) {
                    abort("the target did not answer in " + ANSWER_MICROS / 1_000 + " ms");
                }
                break;
            case COMMITTED:
                if (now >= answerByMicros) {
                    doubt("did not answer in " + ANSWER_MICROS / 1_000 + " ms");
                }
                break;
            case IN_DOUBT:
                if (now >= answerByMicros) {
                    answerByMicros = now + ASK_EVERY_MICROS;
                    closePeer();
                    peer = host.connect(target.address(), this);
                }
                break;
            default:
        }
    }

    /** FAILOVER ABORT; null when it is aborted, or why it can't be. */
    public String abort() {
        if (machine.is(HandoverState.WAITING_FOR_SYNC) || machine.is(HandoverState.OFFERED)) {
            abort("as asked");
            return null;
        }
        return "ERR " + shown + " was told to take over, which can't be reverted; REPLICAOF NO ONE makes this node a"
                + " primary, but if that node has become one there are two";
    }

    private void abort(String reason) {
        HandoverState from = machine.state();
        machine.to(HandoverState.ABORTED, reason);
        if (peer != null && from == HandoverState.OFFERED) {
            peer.send("REPLCONF", "HANDOVER", "ABANDON", history);
        }
        closePeer();
        if (from == HandoverState.COMMITTED) {
            host.stepUp();
        } else if (from == HandoverState.OFFERED) {
            host.forget();
        }
        if (isPaused) {
            host.resumeWrites();
        }
        LOG.warn(
                "target={}: handover aborted: {}; writes were paused for {} us",
                shown,
                reason,
                isPaused ? host.nowMicros() - pausedMicros : 0);
    }

    /** An operator has said by REPLICAOF what this node is now. */
    public void overrule() {
        if (machine.is(HandoverState.IN_DOUBT)) {
            machine.to(HandoverState.DONE, "an operator has set the role of this node");
            closePeer();
        }
    }

    /** Ends its connection; nothing is decided by that. */
    public void close() {
        closePeer();
    }

    private void closePeer() {
        isConnected = false;
        if (peer != null) {
            peer.close();
            peer = null;
        }
    }
}
