package io.tailrace.node.reactor;

import io.tailrace.node.shard.Shard;

/**
 * Touches the entries of the keys of commands that other shards' clients have sent and that came together, before the first of them is
 * run: as {@link LookAhead} does for this reactor's own clients. Owned by its thread.
 */
final class TasksAhead implements Inbox.Ahead {
    private final Shard shard;
    private final ReactorServices services;
    private final long[] hashes = new long[Inbox.BATCH];

    /** Unused results of touching memory. */
    private long seen;

    TasksAhead(Shard shard, ReactorServices services) {
        this.shard = shard;
        this.services = services;
    }

    @Override
    public void look(Runnable[] tasks, int taskCount) {
        int count = 0;
        int database = 0;
        for (int i = 0; i < taskCount; i++) {
            if (tasks[i] instanceof Forward<?> forward && forward.isAsked()) {
                database = count == 0 ? forward.request().database() : database;
                if (forward.request().database() == database) {
                    hashes[count++] = forward.keyHash();
                }
            }
        }
        if (count > 1 && !services.isLoading()) {
            seen += shard.databases().of(database).touch(hashes, count);
        }
    }
}
