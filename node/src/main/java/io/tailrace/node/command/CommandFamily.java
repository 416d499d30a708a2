package io.tailrace.node.command;

import java.util.List;

/** Commands that belong together. To add a family to the node, add its class to {@link StandardCommands}. */
public interface CommandFamily {
    List<CommandSpec> commands();
}
