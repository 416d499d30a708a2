package io.tailrace.node.shard;

/** Whether a transaction may write, asked before it changes anything. */
interface Admission {
    /**
     * Makes sure that a record can be appended.
     *
     * @param bytes of the record, at most
     * @return the index that the record will have
     * @throws RefusedException when it can't be
     */
    long admit(int bytes);
}
