package io.tailrace.node.command;

import java.util.List;

/** Commands on keys as such: deleting, listing, renaming. */
final class KeyspaceCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of();
    }
}
