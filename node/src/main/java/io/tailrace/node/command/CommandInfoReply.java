package io.tailrace.node.command;

import io.tailrace.node.command.CommandDoc.KeySpec;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.Arrays;
import java.util.List;

/** One command as COMMAND INFO shows it. Stateless. */
final class CommandInfoReply {
    private CommandInfoReply() {}

    static void write(CommandSpec spec, ReplyWriter reply) {
        CommandDoc doc = CommandDocs.of(spec);
        List<String> flags = Arrays.stream(CommandFlag.values())
                .filter(flag -> spec.has(flag) && flag.isShown())
                .map(CommandFlag::text)
                .toList();
        reply.array(10);
        reply.bulk(spec.name());
        reply.integer(spec.arity());
        words(flags, reply);
        reply.integer(spec.keys().first());
        reply.integer(spec.keys().last());
        reply.integer(spec.keys().step());
        words(doc.categories, reply);
        reply.set(doc.tips.size());
        doc.tips.forEach(reply::bulk);
        reply.set(doc.keySpecs.size());
        doc.keySpecs.forEach(keys -> write(keys, reply));
        if (spec.isContainer()) {
            reply.array(spec.subcommands().size());
            spec.subcommands().values().forEach(subcommand -> write(subcommand, reply));
        } else {
            reply.set(0);
        }
    }

    private static void words(List<String> words, ReplyWriter reply) {
        reply.set(words.size());
        words.forEach(reply::simple);
    }

    private static void write(KeySpec keys, ReplyWriter reply) {
        reply.map(keys.notes() == null ? 3 : 4);
        if (keys.notes() != null) {
            reply.bulk("notes");
            reply.bulk(keys.notes());
        }
        reply.bulk("flags");
        words(keys.flags(), reply);
        reply.bulk("begin_search");
        typed("index", 1, reply);
        number("index", keys.index(), reply);
        reply.bulk("find_keys");
        typed("range", 3, reply);
        number("lastkey", keys.lastKey(), reply);
        number("keystep", keys.keyStep(), reply);
        number("limit", keys.limit(), reply);
    }

    private static void typed(String type, int fields, ReplyWriter reply) {
        reply.map(2);
        reply.bulk("type");
        reply.bulk(type);
        reply.bulk("spec");
        reply.map(fields);
    }

    private static void number(String name, long value, ReplyWriter reply) {
        reply.bulk(name);
        reply.integer(value);
    }
}
