package io.tailrace.node.command;

import java.util.List;

/** Commands that belong together. A family is added to the node by adding its class to {@link StandardCommands}. */
public interface CommandFamily {
    List<CommandSpec> commands();
}
