package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.shard.WatchSet;
import java.util.List;

/**
 * An EXEC whose keys are on another shard than its connection, and that has no command about the connection or the node (PUBLISH, CLIENT,
 * INFO): that shard runs it. Made by the connection's thread; one task of the shard's thread has it.
 *
 * @param requests the same number as the commands
 * @param watched or null
 */
record ExecElsewhere(List<CommandSpec> specs, List<RequestCopy> requests, WatchSet watched, int protocol) {
    /** Of the keys. */
    int database() {
        return requests.isEmpty() ? 0 : requests.get(0).database();
    }
}
