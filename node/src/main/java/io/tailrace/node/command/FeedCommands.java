package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.BLOCKING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.NO_MULTI;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.feed.FeedGap;
import io.tailrace.node.feed.FeedPage;
import io.tailrace.node.feed.FeedPosition;
import io.tailrace.node.feed.FeedStart;
import io.tailrace.node.feed.HistoryChange;
import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * FEEDREAD: the change feed for other hosts and other languages. A page at a time, so that who asks slowly costs nothing; as it shows
 * every key it is an operator's command, which ACLs must give by its name or by {@code @admin}.
 *
 * <pre>
 *  FEEDREAD shard from [COUNT n] [BLOCK ms]      from: oldest, now, segment:sequence, or a token
 *
 *  an array of      change   token  commit time, µs  [command ...]      each command an array, as the log has it
 *                   gap      after  last-missing  next
 *                   history  kind  before  now  read-up-to  common
 *  or null          nothing is new, or was within the time
 * </pre>
 */
final class FeedCommands implements CommandFamily {
    private static final Pattern INDEX = Pattern.compile("([0-9]{1,10}):([0-9]{1,10})");
    private static final int MAX_COUNT = 10_000;
    private static final int USUAL = 100;
    private static final int MAX_FROM_LENGTH = 128;
    private static final int FROM = 2;

    /** What is asked for. */
    private record Request(int shard, FeedStart start, int most, long blockMs) {}

    private static final class BadRequestException extends Exception {
        private static final long serialVersionUID = 1L;

        BadRequestException(String message) {
            super(message);
        }
    }

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.session("feedread", -3, FeedCommands::read, ADMIN, NOSCRIPT, STALE, BLOCKING, NO_MULTI));
    }

    private static void read(ClientSession session, Arguments arguments) {
        Request request;
        try {
            request = parse(session, arguments);
        } catch (BadRequestException e) {
            session.reply().error("ERR " + e.getMessage());
            return;
        }
        session.<FeedWait.Answer>gatherLater(
                (services, answer) -> {
                    if (FeedWait.isLoading(services) || services.shard().id() != request.shard()) {
                        answer.accept(null);
                        return;
                    }
                    FeedWait wait = new FeedWait(services, request.start(), request.most());
                    if (wait.isMet() || request.blockMs() < 0) {
                        answer.accept(wait.answer());
                    } else {
                        services.replication()
                                .acks()
                                .await(
                                        wait::isMet,
                                        request.blockMs(),
                                        session::isGone,
                                        () -> answer.accept(wait.answer()));
                    }
                },
                FeedCommands::reply);
    }

    private static Request parse(ClientSession session, Arguments arguments) throws BadRequestException {
        int shards = session.node().shardCount();
        long shard = number(arguments, 1, "the shard", 0, shards - 1L);
        int most = USUAL;
        long blockMs = -1;
        for (int i = FROM + 1; i < arguments.count(); i += 2) {
            boolean hasValue = i + 1 < arguments.count();
            if (arguments.is(i, "COUNT") && hasValue) {
                most = (int) number(arguments, i + 1, "COUNT", 1, MAX_COUNT);
            } else if (arguments.is(i, "BLOCK") && hasValue) {
                blockMs = number(arguments, i + 1, "BLOCK", 0, Integer.MAX_VALUE);
            } else {
                throw new BadRequestException("syntax error");
            }
        }
        return new Request((int) shard, start(arguments), most, blockMs);
    }

    private static long number(Arguments arguments, int i, String what, long least, long most)
            throws BadRequestException {
        long number = arguments.isLong(i) ? arguments.parseLong(i) : least - 1;
        if (number < least || number > most) {
            throw new BadRequestException(what + " is a number from " + least + " to " + most);
        }
        return number;
    }

    private static FeedStart start(Arguments arguments) throws BadRequestException {
        if (arguments.is(FROM, "OLDEST")) {
            return FeedStart.oldest();
        }
        if (arguments.is(FROM, "NOW")) {
            return FeedStart.now();
        }
        String text = arguments.length(FROM) > MAX_FROM_LENGTH ? "" : arguments.ascii(FROM);
        FeedPosition token = FeedPosition.parse(text);
        if (token != null) {
            return FeedStart.after(token);
        }
        Matcher index = INDEX.matcher(text);
        if (index.matches() && Long.parseLong(index.group(1)) <= Integer.MAX_VALUE) {
            long sequence = Long.parseLong(index.group(2)) & 0xffff_ffffL;
            return FeedStart.index(QueueIndex.of(Integer.parseInt(index.group(1)), sequence));
        }
        throw new BadRequestException(
                "the start position is OLDEST, NOW, an index (segment:sequence) or " + FeedPosition.FORM);
    }

    private static void reply(List<FeedWait.Answer> answers, ReplyWriter reply) {
        FeedWait.Answer answer =
                answers.stream().filter(Objects::nonNull).findFirst().orElse(new FeedWait.Answer(null, "LOADING"));
        if (answer.problem() != null) {
            reply.error(
                    answer.problem().equals("LOADING")
                            ? "LOADING the shard's data is being loaded"
                            : "ERR " + answer.problem().replace('\n', ' '));
        } else if (answer.page() == null || answer.page().isEmpty()) {
            reply.nullArray();
        } else {
            reply.array(answer.page().entries().size());
            answer.page().entries().forEach(entry -> write(entry, reply));
        }
    }

    private static void write(FeedPage.Entry entry, ReplyWriter reply) {
        if (entry.gap() != null) {
            gap(entry.gap(), reply);
        } else if (entry.historyChange() != null) {
            history(entry.historyChange(), reply);
        } else {
            reply.array(4);
            reply.bulk("change");
            reply.bulk(entry.token());
            reply.integer(entry.commitMicros());
            reply.array(entry.effects());
            reply.raw(entry.payload());
        }
    }

    private static void gap(FeedGap gap, ReplyWriter reply) {
        reply.array(4);
        reply.bulk("gap");
        reply.bulk(QueueIndex.toString(gap.after()));
        reply.bulk(QueueIndex.toString(gap.lastMissing()));
        reply.bulk(QueueIndex.toString(gap.next()));
    }

    private static void history(HistoryChange change, ReplyWriter reply) {
        reply.array(6);
        reply.bulk("history");
        reply.bulk(change.kind().name().toLowerCase(Locale.ROOT));
        reply.bulk(change.before());
        reply.bulk(change.now());
        reply.bulk(QueueIndex.toString(change.readUpTo()));
        reply.bulk(QueueIndex.toString(change.common()));
    }
}
