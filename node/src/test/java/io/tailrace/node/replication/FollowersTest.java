package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FollowersTest {
    private final FakeFollower one = new FakeFollower("one").applied(10);
    private final FakeFollower two = new FakeFollower("two").applied(12);
    private final FakeFollower syncing = new FakeFollower("syncing");
    private final Followers followers = new Followers(List.of(one, two, syncing));

    @Test
    void shouldCountWhoHasAppliedARecord() {
        syncing.counts = false;
        assertEquals(2, followers.count(-1, false));
        assertEquals(2, followers.count(10, false));
        assertEquals(1, followers.count(11, false));
        assertEquals(Set.of("two"), followers.ids(12, false));
        assertEquals(0, followers.count(13, false));
    }

    @Test
    void shouldNotCountTheOlderConnectionOfANode() {
        FakeFollower again = new FakeFollower("one").applied(5);
        one.counts = false;
        assertEquals(1, new Followers(List.of(one, again)).count(5, false));
        assertEquals(0, new Followers(List.of(one, again)).count(6, false), "what it had then it may have lost");
    }

    @Test
    void shouldTellWhatSoManyHaveApplied() {
        assertEquals(Long.MAX_VALUE, followers.appliedBy(0));
        assertEquals(12, followers.appliedBy(1));
        assertEquals(10, followers.appliedBy(2));
        assertEquals(-1, followers.appliedBy(3));
        assertEquals(Long.MIN_VALUE, followers.appliedBy(4));
        two.counts = false;
        assertEquals(10, followers.appliedBy(1));
    }

    @Test
    void shouldAskOnlyThoseToForceThatHaveTheRecordNotOnTheDisk() {
        one.durable = 10;
        two.durable = 9;
        followers.requestSync(10);
        assertEquals(0, one.asked);
        assertEquals(1, two.asked);
        assertEquals(0, syncing.asked);
        assertEquals(Set.of("one"), followers.ids(10, true));
        assertEquals(2, followers.count(9, true));
    }

    @Test
    void shouldCallGoodWhoWasHeardInTime() {
        one.heardSteadyMs = 1_000;
        two.heardSteadyMs = 11_999;
        syncing.heardSteadyMs = 11_999;
        assertEquals(2, followers.goodCount(11_999, 10), "the one that has nothing yet is none");
        assertEquals(1, followers.goodCount(12_000, 10));
        assertEquals(2, followers.goodCount(12_000, 11));
        two.counts = false;
        assertEquals(1, followers.goodCount(12_000, 11));
    }
}
