package io.tailrace.node.command;

import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SetValue;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * HSCAN, SSCAN and ZSCAN. Stateless: all there is to know of a walk is in its cursor.
 *
 * <p>A packed collection is replied as a whole. A large one is walked in the order of its members' hashes, and the cursor is
 * the first {@value #CURSOR_BITS} bits of the next one's, a number that any client can hold: so a member that is there from
 * the first call to the last is replied, whatever comes and goes meanwhile.
 */
final class MemberScan {
    /** Writes a member, and what belongs to it, as one or two elements of the reply. */
    @FunctionalInterface
    interface MemberReply {
        void reply(MemberCursor cursor, ReplyWriter reply);
    }

    private static final int CURSOR_BITS = 53;
    private static final int SHIFT = Long.SIZE - CURSOR_BITS;
    private static final int CURSOR = 2;

    private final MemberCursor cursor;
    private final GlobPattern pattern;
    private final long count;
    private long next;

    private MemberScan(MemberCursor cursor, ScanOptions options) {
        this.cursor = cursor;
        pattern = options.pattern();
        count = options.count();
    }

    /** The cursor of the request, or {@link ScanOptions#INVALID}: then that is replied. */
    static long cursor(CommandContext context) {
        Arguments arguments = context.arguments();
        long cursor = ScanOptions.cursor(arguments.address(CURSOR), arguments.length(CURSOR));
        if (cursor == ScanOptions.INVALID) {
            context.reply().error("ERR invalid cursor");
        }
        return cursor;
    }

    /**
     * Replies a part of a collection, or that there is nothing.
     *
     * @param from of {@link #cursor}
     * @param perMember elements of the reply for each member
     */
    static void reply(CommandContext context, StoredValue value, long from, int perMember, MemberReply each) {
        ReplyWriter reply = context.reply();
        if (!value.isThere()) {
            reply.array(2);
            reply.bulk("0");
            reply.array(0);
            return;
        }
        ScanOptions options = ScanOptions.read(context.arguments(), CURSOR + 1, false, reply);
        if (options == null) {
            return;
        }
        MemberScan scan = new MemberScan(context.memberCursor().wrap(value), options);
        int matching = scan.walk(value.isTree(), from, null, reply);
        reply.array(2);
        reply.bulk(Long.toUnsignedString(scan.next));
        reply.array(matching * perMember);
        scan.cursor.wrap(value);
        scan.walk(value.isTree(), from, each, reply);
    }

    /** Replies all of an intset in ascending order, whatever the cursor. */
    static void replyIntset(CommandContext context, SetValue set) {
        ReplyWriter reply = context.reply();
        ScanOptions options = ScanOptions.read(context.arguments(), CURSOR + 1, false, reply);
        if (options != null) {
            long scratch = context.scratch(Decimal.MAX_LENGTH);
            AscendingIntegers integers = context.integers().begin().addAll(set, context.memberCursor());
            int matching = integers.keep(options.pattern(), scratch);
            reply.array(2);
            reply.bulk("0");
            reply.array(matching);
            integers.reply(reply, scratch);
        }
    }

    /** Counts what matches, and writes it if that is wanted. */
    private int walk(boolean isLarge, long from, MemberReply each, ReplyWriter reply) {
        int matching = 0;
        long visited = 0;
        next = 0;
        boolean isThere = isLarge ? from <= -1L >>> SHIFT && cursor.seekHash(from << SHIFT) : cursor.next();
        while (isThere) {
            if (pattern == null || pattern.matches(cursor.memberAddress(), cursor.memberLength())) {
                matching++;
                if (each != null) {
                    each.reply(cursor, reply);
                }
            }
            visited++;
            long last = isLarge ? cursor.hash() >>> SHIFT : 0;
            isThere = cursor.next();
            if (isThere && isLarge && visited >= count && cursor.hash() >>> SHIFT != last) {
                next = cursor.hash() >>> SHIFT;
                return matching;
            }
        }
        return matching;
    }
}
