package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** COMMAND: what is known of the commands in the table. */
final class CommandCommands implements CommandFamily {
    private static final String[] HELP = {
        "(no subcommand)",
        "    Return details about all Redis commands.",
        "COUNT",
        "    Return the total number of commands in this Redis server.",
        "LIST",
        "    Return a list of all commands in this Redis server.",
        "INFO [<command-name> ...]",
        "    Return details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "DOCS [<command-name> ...]",
        "    Return documentation details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "GETKEYS <full-command>",
        "    Return the keys from a full Redis command.",
        "GETKEYSANDFLAGS <full-command>",
        "    Return the keys and the access flags from a full Redis command.",
    };

    private final Supplier<CommandTable> table;

    CommandCommands(Supplier<CommandTable> table) {
        this.table = table;
    }

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.container(
                "command",
                -1,
                (session, arguments) -> info(session, arguments),
                List.of(
                        session("count", 2, this::count),
                        session("info", -2, this::info),
                        session("docs", -2, this::docs),
                        session("list", -2, this::list),
                        session("getkeys", -4, (session, arguments) -> getKeys(session, arguments, false)),
                        session("getkeysandflags", -4, (session, arguments) -> getKeys(session, arguments, true)),
                        session("help", 2, (session, arguments) -> HelpReply.write(session.reply(), "COMMAND", HELP))),
                LOADING,
                STALE));
    }

    private static CommandSpec session(String name, int arity, SessionCommand command) {
        return CommandSpec.session("command|" + name, arity, command, LOADING, STALE);
    }

    private void count(ClientSession session, Arguments arguments) {
        session.reply().integer(table.get().all().size());
    }

    private void info(ClientSession session, Arguments arguments) {
        ReplyWriter reply = session.reply();
        CommandTable all = table.get();
        if (arguments.count() < 3) {
            reply.raw(all.replies().infos(reply.protocol()));
            return;
        }
        reply.array(arguments.count() - 2);
        for (int i = 2; i < arguments.count(); i++) {
            CommandSpec spec = all.findFull(arguments.ascii(i));
            if (spec == null) {
                reply.nullBulk();
            } else {
                CommandInfoReply.write(spec, reply);
            }
        }
    }

    private void docs(ClientSession session, Arguments arguments) {
        CommandTable all = table.get();
        if (arguments.count() == 2) {
            session.reply().raw(all.replies().docs(session.reply().protocol()));
            return;
        }
        Set<CommandSpec> wanted = new LinkedHashSet<>();
        for (int i = 2; i < arguments.count(); i++) {
            CommandSpec spec = all.findFull(arguments.ascii(i));
            if (spec != null) {
                wanted.add(spec);
            }
        }
        CommandDocsReply.write(wanted, session.reply());
    }

    private void list(ClientSession session, Arguments arguments) {
        boolean isFiltered = arguments.count() == 5 && arguments.is(2, "FILTERBY");
        if (arguments.count() == 2) {
            list(session, spec -> true);
        } else if (isFiltered && arguments.is(3, "MODULE")) {
            list(session, spec -> false);
        } else if (isFiltered && arguments.is(3, "ACLCAT")) {
            String category = "@" + arguments.ascii(4).toLowerCase(Locale.ROOT);
            list(session, spec -> CommandDocs.of(spec).categories.contains(category));
        } else if (isFiltered && arguments.is(3, "PATTERN")) {
            try (NamePattern pattern = new NamePattern(arguments, 4)) {
                list(session, spec -> pattern.matches(spec.name()));
            }
        } else {
            session.reply().error(ErrorText.SYNTAX);
        }
    }

    private void list(ClientSession session, Predicate<CommandSpec> filter) {
        List<String> names = new ArrayList<>();
        for (CommandSpec spec : table.get().all()) {
            if (filter.test(spec)) {
                names.add(spec.name());
            }
            spec.subcommands().values().stream()
                    .filter(filter)
                    .map(CommandSpec::name)
                    .forEach(names::add);
        }
        session.reply().array(names.size());
        names.forEach(session.reply()::bulk);
    }

    private void getKeys(ClientSession session, Arguments arguments, boolean withFlags) {
        ReplyWriter reply = session.reply();
        Arguments request = new Arguments();
        for (int i = 2; i < arguments.count(); i++) {
            request.add(arguments.address(i), arguments.length(i));
        }
        CommandSpec spec = table.get().find(request);
        if (spec == null) {
            reply.error("ERR Invalid command specified");
        } else if (hasNoKeys(spec)) {
            reply.error("ERR The command has no key arguments");
        } else if (!spec.isArity(request.count())) {
            reply.error("ERR Invalid number of arguments specified for command");
        } else if (withFlags) {
            KeyFlagsReply.write(spec, request, reply);
        } else {
            RequestKeys keys = new RequestKeys();
            if (KeyFlagsReply.isWhole(spec, request)) {
                keys.of(spec, request);
            }
            if (keys.count() == 0 && spec.has(CommandFlag.NO_MANDATORY_KEYS)) {
                reply.array(0);
            } else {
                getKeys(keys, request, reply);
            }
        }
    }

    /** Shard channels stand where keys would. */
    private static boolean hasNoKeys(CommandSpec spec) {
        return spec.keys().isNone() && !spec.has(CommandFlag.MOVABLEKEYS)
                || CommandDocs.of(spec).keySpecs.stream()
                        .anyMatch(keys -> keys.flags().contains("not_key"));
    }

    private static void getKeys(RequestKeys keys, Arguments request, ReplyWriter reply) {
        if (keys.count() == 0) {
            reply.error("ERR Invalid arguments specified for command");
            return;
        }
        reply.array(keys.count());
        for (int i = 0; i < keys.count(); i++) {
            reply.bulk(request.address(keys.argument(i)), request.length(keys.argument(i)));
        }
    }
}
