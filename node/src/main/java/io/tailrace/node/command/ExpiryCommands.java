package io.tailrace.node.command;

import java.util.List;

/** Commands on deadlines of keys. */
final class ExpiryCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of();
    }
}
