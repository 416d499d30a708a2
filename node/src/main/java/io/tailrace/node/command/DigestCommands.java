package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.NO_MULTI;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.digest.StoreDigest;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.ShardServices;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * STOREDIGEST: what each shard holds as numbers, which {@code tailrace verify} compares between nodes.
 *
 * <pre>
 *  STOREDIGEST                              of each shard: shard, first, last, chain, history, parts, keys, bytes, functions, swapped
 *  STOREDIGEST CHAIN shard index            the chain there, or null
 *  STOREDIGEST PART  shard part parts       index, keys, digest, how many are large
 *  STOREDIGEST KEYS  shard part parts       index, and of each key: place, key, version, ordinal, digest, is large
 *  STOREDIGEST KEY   shard place key        index, and of the key the same; without it when there is none; null when it changes too fast
 * </pre>
 */
final class DigestCommands implements CommandFamily {
    private static final long MAX_PARTS = 1L << 40;

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.session("storedigest", -1, DigestCommands::run, ADMIN, NOSCRIPT, STALE, NO_MULTI));
    }

    private static void run(ClientSession session, Arguments arguments) {
        int count = arguments.count();
        if (count == 1) {
            session.gather(services -> services.digest().position(), DigestCommands::positions);
            return;
        }
        String name = arguments.ascii(1).toUpperCase(Locale.ROOT);
        int wanted =
                name.equals("CHAIN") ? 4 : name.equals("PART") || name.equals("KEYS") || name.equals("KEY") ? 5 : 0;
        if (count != wanted) {
            session.reply()
                    .error("ERR unknown subcommand or wrong number of arguments for '" + ErrorText.quoted(arguments, 1)
                            + "'.");
            return;
        }
        if (!isNumber(arguments, 2, session.node().shardCount() - 1L)) {
            session.reply().error("ERR no such shard, the first one is 0");
            return;
        }
        int shard = (int) arguments.parseLong(2);
        switch (name) {
            case "CHAIN" -> chain(session, shard, arguments);
            case "KEY" -> key(session, shard, arguments);
            default -> part(session, shard, arguments, name.equals("KEYS"));
        }
    }

    private static boolean isNumber(Arguments arguments, int i, long most) {
        return arguments.isLong(i) && arguments.parseLong(i) >= 0 && arguments.parseLong(i) <= most;
    }

    private static void positions(List<StoreDigest.Position> shards, ReplyWriter reply) {
        reply.array(shards.size());
        for (StoreDigest.Position shard : shards) {
            reply.array(10);
            reply.integer(shard.shard());
            reply.integer(shard.first());
            reply.integer(shard.last());
            reply.bulk(HexText.of(shard.chain()));
            reply.bulk(shard.history());
            reply.integer(shard.segments());
            reply.integer(shard.keys());
            reply.integer(shard.bytes());
            reply.bulk(HexText.of(shard.functions()));
            reply.bulk(shard.swapped());
        }
    }

    /** What a shard answers: how the reply is written. */
    private interface Answer {
        void write(ReplyWriter reply);
    }

    /** Asks one shard at once. */
    private static void ask(ClientSession session, int shard, Function<ShardServices, Answer> question) {
        session.<Answer>gather(
                services -> services.shard().id() == shard ? question.apply(services) : null, DigestCommands::reply);
    }

    private static void reply(List<Answer> answers, ReplyWriter reply) {
        answers.stream().filter(Objects::nonNull).findFirst().ifPresent(answer -> answer.write(reply));
    }

    private static void chain(ClientSession session, int shard, Arguments arguments) {
        if (!isNumber(arguments, 3, Long.MAX_VALUE)) {
            session.reply().error("ERR an index is not a negative number");
            return;
        }
        long index = arguments.parseLong(3);
        ask(session, shard, services -> {
            try {
                Long chain = services.digest().chain(index);
                return reply -> {
                    if (chain == null) {
                        reply.nullBulk();
                    } else {
                        reply.bulk(HexText.of(chain));
                    }
                };
            } catch (BacklogException e) {
                return reply -> reply.error("ERR " + e.getMessage());
            }
        });
    }

    private static void part(ClientSession session, int shard, Arguments arguments, boolean isKeys) {
        boolean isPart = isNumber(arguments, 4, MAX_PARTS)
                && Long.bitCount(arguments.parseLong(4)) == 1
                && isNumber(arguments, 3, arguments.parseLong(4) - 1);
        if (!isPart) {
            session.reply().error("ERR the number of parts is a power of two, and the first part is 0");
            return;
        }
        long part = arguments.parseLong(3);
        long parts = arguments.parseLong(4);
        ask(session, shard, services -> {
            StoreDigest digest = services.digest();
            long least = digest.leastParts(parts);
            if (least > 0) {
                return reply -> reply.error("TOOFEWPARTS at least " + least + " parts are needed");
            }
            if (isKeys) {
                StoreDigest.Keys keys = digest.keys(part, parts);
                return reply -> keys(keys, reply);
            }
            StoreDigest.Part sum = digest.part(part, parts);
            return reply -> {
                reply.array(4);
                reply.integer(sum.index());
                reply.integer(sum.keys());
                reply.bulk(HexText.of(sum.digest()));
                reply.integer(sum.large());
            };
        });
    }

    private static void keys(StoreDigest.Keys keys, ReplyWriter reply) {
        if (keys == null) {
            reply.nullArray();
            return;
        }
        reply.array(1 + keys.keys().size());
        reply.integer(keys.index());
        for (StoreDigest.Key key : keys.keys()) {
            reply.array(6);
            reply.integer(key.place());
            reply.bulk(key.key());
            reply.integer(key.version());
            reply.integer(key.ordinal());
            reply.bulk(HexText.of(key.digest()));
            reply.integer(key.isLarge() ? 1 : 0);
        }
    }

    private static void key(ClientSession session, int shard, Arguments arguments) {
        if (!isNumber(arguments, 3, RecordLayout.MAX_DATABASES - 1L)) {
            session.reply().error("ERR a place is the number of a database");
            return;
        }
        int place = (int) arguments.parseLong(3);
        byte[] key = arguments.bytes(4);
        BiConsumer<ShardServices, Consumer<Answer>> read = (services, answer) -> {
            if (services.shard().id() != shard) {
                answer.accept(null);
            } else if (services.digest().isBusy()) {
                answer.accept(reply -> reply.error("BUSYREADING too many values are being read, ask again"));
            } else {
                services.digest().key(place, key, keys -> answer.accept(reply -> keys(keys, reply)));
            }
        };
        session.gatherLater(read, DigestCommands::reply);
    }
}
