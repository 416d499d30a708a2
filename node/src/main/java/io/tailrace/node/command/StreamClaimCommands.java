package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.value.StreamGroupCursor;
import io.tailrace.node.value.StreamGroups;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** XCLAIM and XAUTOCLAIM: what is pending with one consumer becomes another's. */
final class StreamClaimCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int GROUP = 2;
    private static final int CONSUMER = 3;
    private static final int IDLE = 4;
    private static final int FIRST = 5;
    private static final int ATTEMPTS = 10;
    private static final long MAX = Long.MAX_VALUE / 16;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("xclaim", -6, StreamClaimCommands::xclaim, WRITE, FAST),
                CommandSpec.oneKey("xautoclaim", -6, StreamClaimCommands::xautoclaim, WRITE, FAST));
    }

    /** What XCLAIM's options say; lives for one command. */
    private static final class Options {
        private int ids;
        private boolean isForced;
        private boolean isJustId;
        private long retryCount = -1;
        private long epochMs = -1;
        private String problem;

        /** @param lastId becomes what LASTID says */
        void read(Arguments arguments, StreamId id, StreamId lastId, long now) {
            int i = FIRST;
            while (i < arguments.count() && StreamIdText.readStrict(arguments, i, id)) {
                i++;
            }
            ids = i - FIRST;
            lastId.setLowest();
            for (; i < arguments.count() && problem == null; i++) {
                boolean hasMore = i + 1 < arguments.count();
                if (arguments.is(i, "FORCE")) {
                    isForced = true;
                } else if (arguments.is(i, "JUSTID")) {
                    isJustId = true;
                } else if (hasMore && arguments.is(i, "IDLE")) {
                    epochMs = now - number(arguments, ++i, "IDLE");
                } else if (hasMore && arguments.is(i, "TIME")) {
                    epochMs = number(arguments, ++i, "TIME");
                } else if (hasMore && arguments.is(i, "RETRYCOUNT")) {
                    retryCount = number(arguments, ++i, "RETRYCOUNT");
                } else if (hasMore && arguments.is(i, "LASTID")) {
                    problem = StreamIdText.readStrict(arguments, ++i, lastId) ? null : StreamIdText.INVALID;
                } else {
                    problem = "ERR Unrecognized XCLAIM option '" + StreamGroupWork.named(arguments, i) + "'";
                }
            }
            epochMs = epochMs < 0 || epochMs > now ? now : epochMs;
        }

        private long number(Arguments arguments, int i, String option) {
            if (arguments.isLong(i)) {
                return arguments.parseLong(i);
            }
            problem = "ERR Invalid " + option + " option argument for XCLAIM";
            return 0;
        }
    }

    private static void xclaim(CommandContext context) {
        Arguments arguments = context.arguments();
        StreamWork streams = context.streams();
        StreamValue stream = context.stream(KEY);
        StreamGroupWork work = new StreamGroupWork(context, GROUP, CONSUMER);
        String problem = null;
        Options options = new Options();
        if (!stream.value().isThere() || !work.find()) {
            problem = StreamGroupWork.noGroup(arguments, KEY, GROUP);
        } else if (!arguments.isLong(IDLE)) {
            problem = "ERR Invalid min-idle-time argument for XCLAIM";
        } else {
            options.read(arguments, streams.first(), streams.last(), context.nowEpochMs());
            problem = options.problem;
        }
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        long effects = options.ids + 4L;
        context.keys().promise((int) effects, effects * work.bytes(1));
        if (streams.last().isAfter(streams.groups().last())) {
            work.read(streams.last(), streams.groups().read());
        }
        claim(context, work, options, Math.max(0, arguments.parseLong(IDLE)));
    }

    private static void claim(CommandContext context, StreamGroupWork work, Options options, long minIdle) {
        StreamWork streams = context.streams();
        StreamId id = streams.first();
        Claims claims = new Claims(context, work);
        streams.array().begin(context.reply(), options.ids);
        int claimed = 0;
        for (int i = FIRST; i < FIRST + options.ids; i++) {
            StreamIdText.readStrict(context.arguments(), i, id);
            StreamGroups groups = streams.groups();
            boolean isPending = groups.findPending(id);
            if (!streams.stream().contains(id)) {
                if (isPending) {
                    work.forget(id);
                }
                continue;
            }
            boolean isIdle = minIdle == 0 || context.nowEpochMs() - groups.delivered() >= minIdle;
            if (isPending ? isIdle : options.isForced) {
                long before = isPending ? groups.deliveries() : 1;
                long count = options.retryCount >= 0 ? options.retryCount : options.isJustId ? before : before + 1;
                claims.claim(id, options.epochMs, count);
                claims.reply(id, options.isJustId);
                claimed++;
            }
        }
        streams.array().end(claimed);
        claims.end();
    }

    /** Claims entries for a consumer, which is made for the first. */
    private static final class Claims {
        private final CommandContext context;
        private final StreamGroupWork work;
        private boolean isConsumerThere;

        Claims(CommandContext context, StreamGroupWork work) {
            this.context = context;
            this.work = work;
        }

        void claim(StreamId id, long epochMs, long count) {
            if (!isConsumerThere) {
                isConsumerThere = true;
                if (!work.findConsumer()) {
                    work.createConsumer();
                }
            }
            work.claim(id, epochMs, count);
        }

        void reply(StreamId id, boolean isJustId) {
            if (isJustId) {
                StreamWork.replyId(context, id);
            } else {
                context.streams().replyEntry(context, id);
            }
        }

        void end() {
            if (isConsumerThere) {
                work.see();
            }
        }
    }

    private static void xautoclaim(CommandContext context) {
        Arguments arguments = context.arguments();
        StreamWork streams = context.streams();
        long count = 100;
        boolean isJustId = false;
        String problem = arguments.isLong(IDLE) ? null : "ERR Invalid min-idle-time argument for XAUTOCLAIM";
        problem = problem == null ? StreamIdText.readStart(arguments, FIRST, streams.first()) : problem;
        for (int i = FIRST + 1; problem == null && i < arguments.count(); i++) {
            if (arguments.is(i, "COUNT") && i + 1 < arguments.count()) {
                count = arguments.isLong(++i) ? arguments.parseLong(i) : 0;
                problem = count < 1 || count > MAX ? "ERR COUNT must be > 0" : null;
            } else if (arguments.is(i, "JUSTID")) {
                isJustId = true;
            } else {
                problem = ErrorText.SYNTAX;
            }
        }
        StreamGroupWork work = new StreamGroupWork(context, GROUP, CONSUMER);
        if (problem == null && (!context.stream(KEY).value().isThere() || !work.find())) {
            problem = StreamGroupWork.noGroup(arguments, KEY, GROUP);
        }
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        choose(context, Math.min(count, work.fitting(work.bytes(1), 1)), Math.max(0, arguments.parseLong(IDLE)));
        StreamIdList claimed = streams.ids();
        StreamIdList gone = streams.otherIds();
        long effects = claimed.count() + gone.count() + 4L;
        context.keys().promise((int) effects, effects * work.bytes(1));
        reply(context, isJustId);
        forget(work, gone, streams.first());
        Claims claims = new Claims(context, work);
        for (int i = 0; i < claimed.count(); i++) {
            StreamId id = claimed.get(i, streams.first());
            streams.groups().findPending(id);
            long deliveries = streams.groups().deliveries() + (isJustId ? 0 : 1);
            claims.claim(id, context.nowEpochMs(), deliveries);
        }
        claims.end();
        claimed.clear();
        gone.clear();
    }

    private static void forget(StreamGroupWork work, StreamIdList gone, StreamId id) {
        for (int i = 0; i < gone.count(); i++) {
            work.forget(gone.get(i, id));
        }
    }

    /** Finds what is to be claimed and what is pending of entries that are gone, and where to continue. */
    private static void choose(CommandContext context, long most, long minIdle) {
        StreamWork streams = context.streams();
        streams.ids().clear();
        streams.otherIds().clear();
        StreamGroupCursor pending =
                streams.groupCursor().pending(streams.stream(), streams.groups(), false, streams.first());
        long left = most;
        long attempts = most * ATTEMPTS;
        StreamId next = streams.last().setLowest();
        while (pending.next()) {
            if (attempts == 0 || left == 0) {
                next.set(pending.id());
                return;
            }
            attempts--;
            StreamId id = pending.id();
            if (!streams.stream().contains(id)) {
                streams.otherIds().add(id);
                left--;
            } else if (minIdle == 0 || context.nowEpochMs() - pending.delivered() >= minIdle) {
                streams.ids().add(id);
                left--;
            }
        }
    }

    private static void reply(CommandContext context, boolean isJustId) {
        StreamWork streams = context.streams();
        context.reply().array(3);
        StreamWork.replyId(context, streams.last());
        context.reply().array(streams.ids().count());
        for (int i = 0; i < streams.ids().count(); i++) {
            StreamId id = streams.ids().get(i, streams.first());
            if (isJustId) {
                StreamWork.replyId(context, id);
            } else {
                streams.replyEntry(context, id);
            }
        }
        context.reply().array(streams.otherIds().count());
        for (int i = 0; i < streams.otherIds().count(); i++) {
            StreamWork.replyId(context, streams.otherIds().get(i, streams.first()));
        }
    }
}
