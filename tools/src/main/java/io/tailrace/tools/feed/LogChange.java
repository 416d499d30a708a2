package io.tailrace.tools.feed;

import io.tailrace.node.feed.Change;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.ShardIndexes;
import io.tailrace.wire.resp.Arguments;

/** A change as the feed of a log on this host delivers it. */
final class LogChange implements ChangeView {
    private static final ShardIndexes NONE = new ShardIndexes();

    private Change change;

    LogChange wrap(Change next) {
        change = next;
        return this;
    }

    @Override
    public int shard() {
        return change.shard();
    }

    @Override
    public long index() {
        return change.index();
    }

    @Override
    public long commitMicros() {
        return change.commitMicros();
    }

    @Override
    public boolean next() {
        return change.next();
    }

    @Override
    public int database() {
        return change.database();
    }

    @Override
    public Effect effect() {
        return change.effect();
    }

    @Override
    public Arguments arguments() {
        return change.arguments();
    }

    @Override
    public ShardIndexes parts() {
        return change.isPart() ? change.parts() : NONE;
    }
}
