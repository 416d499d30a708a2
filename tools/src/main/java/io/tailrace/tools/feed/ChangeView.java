package io.tailrace.tools.feed;

import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.ShardIndexes;
import io.tailrace.wire.resp.Arguments;

/** One change to be written, wherever it was read from. A view, valid until the next change is read. */
interface ChangeView {
    int shard();

    long index();

    long commitMicros();

    /** Goes to the next effect; false at the end. */
    boolean next();

    int database();

    Effect effect();

    Arguments arguments();

    /** Records of the transaction over several shards of which this is a part; empty when it is none. */
    ShardIndexes parts();
}
