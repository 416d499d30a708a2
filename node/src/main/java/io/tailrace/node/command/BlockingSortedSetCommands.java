package io.tailrace.node.command;

import java.util.List;

/** Commands that take members from sorted sets, or wait until there are some; see {@link BlockingListCommands}. */
final class BlockingSortedSetCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(
                BlockingPop.one("bzpopmin", PopSource.SORTED_SET, false, CommandFlag.FAST),
                BlockingPop.one("bzpopmax", PopSource.SORTED_SET, true, CommandFlag.FAST),
                BlockingPop.several("bzmpop", PopSource.SORTED_SET));
    }
}
