package io.tailrace.node.command;

import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SortedSetCursor;

/** What commands work with that is not a key's value; reused by every command of a shard, no garbage. Owned by its reactor thread. */
final class CommandScratch {
    final MemberCursor memberCursor = new MemberCursor();
    final SortedSetCursor sortedSetCursor = new SortedSetCursor();
    final RangeOptions rangeOptions = new RangeOptions();
    final ScoredMembers scoredMembers = new ScoredMembers();
    final MemberTable members = new MemberTable();
    final BitRange bits = new BitRange();
    final AscendingIntegers integers = new AscendingIntegers();
}
