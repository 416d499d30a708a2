package io.tailrace.node.handover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.StateEdges;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every edge of a handover's state machine, with what it asks of the node. */
class HandoverTest {
    private static final HostPort THERE = new HostPort("1.2.3.4", 5);
    private static final long[] INDEXES = {17, 42};

    private final FakeHost host = new FakeHost();

    private Handover begin(long timeoutMs, boolean isForced) {
        Handover handover = Handover.begin(host, new HandoverTarget("you", THERE, timeoutMs, isForced), "h1");
        assertEquals("connect 1.2.3.4:5;", host.asked());
        return handover;
    }

    private Handover paused(long timeoutMs, boolean isForced) {
        Handover handover = begin(timeoutMs, isForced);
        handover.onConnected();
        assertEquals("pause;", host.asked());
        host.quiet.accept(INDEXES);
        assertEquals("await you;", host.asked());
        return handover;
    }

    private Handover offered() {
        Handover handover = paused(0, false);
        host.synced.accept(null);
        assertEquals("send REPLCONF HANDOVER TAKE h1 me you 17 42; remember 1.2.3.4:5;", host.asked());
        assertEquals(HandoverState.OFFERED, handover.state());
        return handover;
    }

    private Handover committed() {
        Handover handover = offered();
        handover.onLine("+TAKEN");
        assertEquals("", host.asked());
        host.remembered.accept(null);
        assertEquals("step down; send REPLCONF HANDOVER CONFIRM h1;", host.asked());
        assertEquals(HandoverState.COMMITTED, handover.state());
        return handover;
    }

    private Handover inDoubt() {
        Handover handover = committed();
        handover.onClosed("reset");
        assertEquals("follow in doubt; resume;", host.asked());
        assertEquals(HandoverState.IN_DOUBT, handover.state());
        return handover;
    }

    private void passMs(Handover handover, long millis) {
        host.nowMicros += millis * 1_000;
        handover.poll();
    }

    private void assertAborted(Handover handover, String asked) {
        assertEquals(HandoverState.ABORTED, handover.state());
        assertEquals(asked, host.asked());
    }

    @Test
    void shouldFollowTheTargetOnceItIsThePrimary() {
        Handover handover = committed();
        handover.onLine("+PRIMARY");
        assertEquals(HandoverState.DONE, handover.state());
        assertEquals("close; follow 1.2.3.4:5; resume;", host.asked());
    }

    @Test
    void shouldNotCommitBeforeTheTargetIsReady() {
        Handover handover = offered();
        host.remembered.accept(null);
        assertEquals(HandoverState.OFFERED, handover.state());
        assertEquals("", host.asked());
        handover.onLine("+TAKEN");
        assertEquals(HandoverState.COMMITTED, handover.state());
    }

    @Test
    void shouldPauseNothingWhenTheTargetCannotBeReached() {
        Handover handover = begin(0, false);
        handover.onClosed("Connection refused");
        assertAborted(handover, "");
    }

    /** A target that lost its power answers nothing at all: REPLICAOF was refused for as long as the connection was waited for. */
    @Test
    void shouldGiveUpWhenTheTargetDoesNotAnswerTheConnection() {
        Handover handover = begin(0, false);
        passMs(handover, 4_999);
        assertEquals(HandoverState.WAITING_FOR_SYNC, handover.state());
        passMs(handover, 1);
        assertAborted(handover, "close;");
    }

    @Test
    void shouldGoOnWhenTheTargetIsGoneWhileItIsWaitedFor() {
        Handover handover = paused(0, false);
        host.synced.accept("the target is not attached to shard 0");
        assertAborted(handover, "close; resume;");
        Handover other = paused(0, false);
        other.onClosed("reset");
        assertAborted(other, "resume;");
    }

    @Test
    void shouldGoOnWhenTheTargetDoesNotCatchUpInTime() {
        Handover handover = paused(100, false);
        passMs(handover, 99);
        assertEquals(HandoverState.WAITING_FOR_SYNC, handover.state());
        passMs(handover, 1);
        assertAborted(handover, "close; resume;");
        host.synced.accept(null);
        assertAborted(handover, "");
    }

    @Test
    void shouldWaitForEverWithoutATimeout() {
        Handover handover = paused(0, false);
        passMs(handover, 3_600_000);
        assertEquals(HandoverState.WAITING_FOR_SYNC, handover.state());
    }

    @Test
    void shouldHandOverByForceWhenTheTimeIsOver() {
        Handover handover = paused(100, true);
        passMs(handover, 100);
        assertEquals("send REPLCONF HANDOVER TAKE h1 me you -1 -1; remember 1.2.3.4:5;", host.asked());
        host.remembered.accept(null);
        handover.onLine("+TAKEN");
        handover.onLine("+PRIMARY");
        assertTrue(host.asked().endsWith("follow 1.2.3.4:5; resume;"));
    }

    @Test
    void shouldNotForceATargetThatIsNotReached() {
        Handover handover = begin(100, true);
        passMs(handover, 100);
        assertAborted(handover, "close;");
        handover.onConnected();
        assertEquals("", host.asked());
    }

    @Test
    void shouldGoOnWhenTheOfferIsRefused() {
        Handover handover = offered();
        handover.onLine("-NOHANDOVER shard 1 is at 0:41 and not at 0:42");
        assertAborted(handover, "send REPLCONF HANDOVER ABANDON h1; close; forget; resume;");
    }

    @Test
    void shouldGoOnWhenTheOfferIsNotAnswered() {
        Handover handover = offered();
        passMs(handover, 4_999);
        assertEquals(HandoverState.OFFERED, handover.state());
        passMs(handover, 1);
        assertAborted(handover, "send REPLCONF HANDOVER ABANDON h1; close; forget; resume;");
        host.remembered.accept(null);
        assertAborted(handover, "");
    }

    @Test
    void shouldGoOnWhenTheTargetDiesWithTheOffer() {
        Handover handover = offered();
        handover.onClosed("reset");
        assertAborted(handover, "forget; resume;");
    }

    @Test
    void shouldGoOnWhenItCannotBeRemembered() {
        Handover handover = offered();
        host.remembered.accept("No space left on device");
        assertAborted(handover, "send REPLCONF HANDOVER ABANDON h1; close; forget; resume;");
    }

    @Test
    void shouldAbortAsLongAsTheTargetMayNotTakeOver() {
        Handover waiting = paused(0, false);
        assertNull(waiting.abort());
        assertAborted(waiting, "close; resume;");
        Handover offered = offered();
        assertNull(offered.abort());
        assertAborted(offered, "send REPLCONF HANDOVER ABANDON h1; close; forget; resume;");
        Handover committed = committed();
        assertTrue(committed.abort().startsWith("ERR 1.2.3.4:5 was told to take over"));
        assertEquals(HandoverState.COMMITTED, committed.state());
        Handover inDoubt = inDoubt();
        assertTrue(inDoubt.abort().contains("REPLICAOF NO ONE"));
    }

    @Test
    void shouldBeThePrimaryAgainWhenTheTargetSurelyDoesNotTakeOver() {
        Handover handover = committed();
        handover.onLine("-NOHANDOVER there is no such offer");
        assertAborted(handover, "close; step up; resume;");
    }

    @Test
    void shouldNotTakeAnyErrorForARefusal() {
        Handover handover = committed();
        handover.onLine("-ERR internal error");
        assertEquals(HandoverState.IN_DOUBT, handover.state());
        assertEquals("close; follow in doubt; resume;", host.asked());
    }

    @Test
    void shouldNotGuessWhenTheLastMessageIsNotAnswered() {
        Handover handover = committed();
        passMs(handover, 5_000);
        assertEquals(HandoverState.IN_DOUBT, handover.state());
        assertEquals("close; follow in doubt; resume;", host.asked());
    }

    @Test
    void shouldAskTheTargetEachSecondUntilItAnswers() {
        Handover handover = inDoubt();
        passMs(handover, 999);
        assertEquals("", host.asked());
        passMs(handover, 1);
        assertEquals("connect 1.2.3.4:5;", host.asked());
        handover.onClosed("Connection refused");
        passMs(handover, 1_000);
        assertEquals("connect 1.2.3.4:5;", host.asked());
        handover.onConnected();
        assertEquals("send REPLCONF HANDOVER OUTCOME h1 me;", host.asked());
        handover.onLine("+UNKNOWN");
        assertEquals("close;", host.asked());
        passMs(handover, 1_000);
        assertEquals("connect 1.2.3.4:5;", host.asked());
        handover.onConnected();
        passMs(handover, 1_000);
        assertEquals(
                "send REPLCONF HANDOVER OUTCOME h1 me; close; connect 1.2.3.4:5;", host.asked(), "one that is silent");
    }

    @Test
    void shouldFollowATargetThatTurnsOutToBeThePrimary() {
        for (String answer : new String[] {"+PRIMARY", "+FOLLOWS-OTHER"}) {
            Handover handover = inDoubt();
            passMs(handover, 1_000);
            host.asked();
            handover.onLine(answer);
            assertEquals(HandoverState.DONE, handover.state());
            assertEquals("close; settle;", host.asked());
        }
    }

    @Test
    void shouldTakeTheRoleBackFromATargetThatNeverTookIt() {
        Handover handover = inDoubt();
        passMs(handover, 1_000);
        host.asked();
        handover.onLine("+FOLLOWS-YOU");
        assertAborted(handover, "close; revert;");
    }

    @Test
    void shouldAskAtOnceAfterARestartInDoubt() {
        Handover handover = Handover.resume(host, THERE, "h1");
        assertEquals(HandoverState.IN_DOUBT, handover.state());
        handover.poll();
        assertEquals("connect 1.2.3.4:5;", host.asked());
    }

    @Test
    void shouldLeaveItToAnOperatorWhoDecides() {
        Handover handover = inDoubt();
        handover.overrule();
        assertEquals(HandoverState.DONE, handover.state());
        passMs(handover, 10_000);
        assertEquals("", host.asked());
    }

    /** None is dead: each one that the table allows is taken here, by what a node hears and by the time that passes. */
    @Test
    void shouldTakeEveryEdge() {
        List<Handover> handovers = new ArrayList<>();
        Handover unreached = begin(0, false);
        unreached.onClosed("Connection refused");
        handovers.add(unreached);
        host.asked();
        for (String answer : new String[] {"+PRIMARY", "-NOHANDOVER no", null}) {
            Handover committed = committed();
            if (answer == null) {
                passMs(committed, 5_000);
            } else {
                committed.onLine(answer);
            }
            handovers.add(committed);
            host.asked();
        }
        Handover offered = offered();
        offered.abort();
        handovers.add(offered);
        host.asked();
        for (String answer : new String[] {"+PRIMARY", "+FOLLOWS-YOU"}) {
            Handover inDoubt = inDoubt();
            passMs(inDoubt, 1_000);
            inDoubt.onLine(answer);
            handovers.add(inDoubt);
            host.asked();
        }
        Set<String> taken = new HashSet<>();
        handovers.forEach(handover -> taken.addAll(StateEdges.taken(handover.machine())));
        assertEquals(StateEdges.allowed(HandoverState.values(), HandoverState::successors), taken);
    }

    @Test
    void shouldIgnoreWhatComesOnceItIsOver() {
        Handover handover = committed();
        handover.onLine("+PRIMARY");
        host.asked();
        handover.onClosed("closed");
        handover.overrule();
        passMs(handover, 3_600_000);
        assertTrue(handover.abort().startsWith("ERR 1.2.3.4:5 was told to take over"));
        assertEquals("", host.asked());
        assertEquals(HandoverState.DONE, handover.state());
    }
}
