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
        assertEquals(2, followers.appliedCount(-1));
        assertEquals(2, followers.appliedCount(10));
        assertEquals(1, followers.appliedCount(11));
        assertEquals(Set.of("two"), followers.applied(12));
        assertEquals(0, followers.appliedCount(13));
    }

    @Test
    void shouldNotCountTheOlderConnectionOfANode() {
        FakeFollower again = new FakeFollower("one").applied(5);
        one.counts = false;
        assertEquals(1, new Followers(List.of(one, again)).appliedCount(5));
        assertEquals(0, new Followers(List.of(one, again)).appliedCount(6), "what it had then it may have lost");
    }

    @Test
    void shouldCallGoodWhoWasHeardInTime() {
        one.heardMillis = 1_000;
        two.heardMillis = 11_999;
        syncing.heardMillis = 11_999;
        assertEquals(2, followers.goodCount(11_999, 10), "the one that has nothing yet is none");
        assertEquals(1, followers.goodCount(12_000, 10));
        assertEquals(2, followers.goodCount(12_000, 11));
        two.counts = false;
        assertEquals(1, followers.goodCount(12_000, 11));
    }
}
