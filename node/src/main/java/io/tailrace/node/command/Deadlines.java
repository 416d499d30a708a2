package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;

/** What a new deadline does to a key. */
final class Deadlines {
    private Deadlines() {}

    /** Gives a key that exists a deadline; one that has passed already takes the key with it. */
    static void change(Transaction keys, long key, int keyLength, long deadlineEpochMs) {
        if (deadlineEpochMs <= keys.nowEpochMs()) {
            keys.delete(key, keyLength);
        } else {
            keys.expire(key, keyLength, deadlineEpochMs);
        }
    }
}
