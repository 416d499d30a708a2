package io.tailrace.node.command;

import io.tailrace.wire.resp.ReplyWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One command as COMMAND INFO shows it. Stateless. */
final class CommandInfoReply {
    /** What Redis calls the numbers of each kind of step. */
    private static final Map<String, List<String>> STEP_FIELDS = Map.of(
            "index", List.of("index"),
            "keyword", List.of("startfrom"),
            "range", List.of("lastkey", "keystep", "limit"),
            "keynum", List.of("keynumidx", "firstkey", "keystep"),
            "unknown", List.of());

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
        step(keys.begin(), reply);
        reply.bulk("find_keys");
        step(keys.find(), reply);
    }

    private static void step(KeySpec.Step step, ReplyWriter reply) {
        List<String> names = STEP_FIELDS.get(step.type());
        boolean hasKeyword = !step.keyword().isEmpty();
        reply.map(2);
        reply.bulk("type");
        reply.bulk(step.type());
        reply.bulk("spec");
        reply.map(names.size() + (hasKeyword ? 1 : 0));
        if (hasKeyword) {
            reply.bulk("keyword");
            reply.bulk(step.keyword());
        }
        for (int i = 0; i < names.size(); i++) {
            reply.bulk(names.get(i));
            reply.integer(step.numbers()[i]);
        }
    }
}
