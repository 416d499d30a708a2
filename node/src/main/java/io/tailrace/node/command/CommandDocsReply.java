package io.tailrace.node.command;

import io.tailrace.node.command.CommandDoc.Argument;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Commands as COMMAND DOCS shows them. Stateless. */
final class CommandDocsReply {
    private CommandDocsReply() {}

    static void write(Collection<CommandSpec> specs, ReplyWriter reply) {
        reply.map(specs.size());
        for (CommandSpec spec : specs) {
            reply.bulk(spec.name());
            write(spec, CommandDocs.of(spec), reply);
        }
    }

    private static void write(CommandSpec spec, CommandDoc doc, ReplyWriter reply) {
        int fields = doc.texts.size() + one(doc.flags) + one(doc.history) + one(doc.arguments);
        reply.map(fields + (spec.isContainer() ? 1 : 0));
        for (Map.Entry<String, String> text : doc.texts.entrySet()) {
            reply.bulk(text.getKey());
            reply.bulk(text.getValue());
            if (text.getKey().equals("complexity")) {
                flags("doc_flags", doc.flags, reply);
            }
        }
        if (!doc.texts.containsKey("complexity")) {
            flags("doc_flags", doc.flags, reply);
        }
        if (!doc.history.isEmpty()) {
            reply.bulk("history");
            reply.set(doc.history.size());
            doc.history.forEach(change -> {
                reply.array(change.size());
                change.forEach(reply::bulk);
            });
        }
        arguments(doc.arguments, reply);
        if (spec.isContainer()) {
            reply.bulk("subcommands");
            write(spec.subcommands().values(), reply);
        }
    }

    private static int one(List<?> list) {
        return list.isEmpty() ? 0 : 1;
    }

    private static void flags(String name, List<String> flags, ReplyWriter reply) {
        if (!flags.isEmpty()) {
            reply.bulk(name);
            reply.set(flags.size());
            flags.forEach(reply::simple);
        }
    }

    private static void arguments(List<Argument> arguments, ReplyWriter reply) {
        if (!arguments.isEmpty()) {
            reply.bulk("arguments");
            reply.array(arguments.size());
            arguments.forEach(argument -> write(argument, reply));
        }
    }

    private static void write(Argument argument, ReplyWriter reply) {
        reply.map(2 + argument.attributes().size() + one(argument.parts()));
        reply.bulk("name");
        reply.bulk(argument.name());
        reply.bulk("type");
        reply.bulk(argument.type());
        argument.attributes().forEach((name, value) -> {
            if (name.equals("flags")) {
                flags(name, Arrays.asList(value.split(",")), reply);
            } else {
                reply.bulk(name);
                if (name.equals("key_spec_index")) {
                    reply.integer(Long.parseLong(value));
                } else {
                    reply.bulk(value);
                }
            }
        });
        arguments(argument.parts(), reply);
    }
}
