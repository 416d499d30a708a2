package io.tailrace.node.shard;

/** Who needs a shard's log beside the shard itself: its replicas. On the shard's reactor thread. */
public interface LogHolders {
    /** None. */
    LogHolders NOBODY = new LogHolders() {
        @Override
        public long neededFrom() {
            return Long.MAX_VALUE;
        }

        @Override
        public void letGo() {}

        @Override
        public String cause() {
            return "";
        }
    };

    /** The oldest index that is needed; Long.MAX_VALUE for none. */
    long neededFrom();

    /** The log's disk has no more room and a write waits: gives up what may be given up, and shortens the log. */
    void letGo();

    /** Why the log is as long as it is, as the end of a message; empty when there is nothing to say. */
    String cause();
}
