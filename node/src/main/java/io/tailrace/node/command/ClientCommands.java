package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.ReplyMode;
import io.tailrace.wire.resp.Arguments;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** CLIENT. */
final class ClientCommands implements CommandFamily {
    private static final String[] HELP = {
        "CACHING (YES|NO)",
        "    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.",
        "GETREDIR",
        "    Return the client ID we are redirecting to when tracking is enabled.",
        "GETNAME",
        "    Return the name of the current connection.",
        "ID",
        "    Return the ID of the current connection.",
        "INFO",
        "    Return information about the current client connection.",
        "KILL <ip:port>",
        "    Kill connection made from <ip:port>.",
        "KILL <option> <value> [<option> <value> [...]]",
        "    Kill connections. Options are:",
        "    * ADDR (<ip:port>|<unixsocket>:0)",
        "      Kill connections made from the specified address",
        "    * LADDR (<ip:port>|<unixsocket>:0)",
        "      Kill connections made to specified local address",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
        "      Kill connections by type.",
        "    * USER <username>",
        "      Kill connections authenticated by <username>.",
        "    * SKIPME (YES|NO)",
        "      Skip killing current connection (default: yes).",
        "LIST [options ...]",
        "    Return information about client connections. Options:",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
        "      Return clients of specified type.",
        "UNPAUSE",
        "    Stop the current client pause, resuming traffic.",
        "PAUSE <timeout> [WRITE|ALL]",
        "    Suspend all, or just write, clients for <timeout> milliseconds.",
        "REPLY (ON|OFF|SKIP)",
        "    Control the replies sent to the current connection.",
        "SETNAME <name>",
        "    Assign the name <name> to the current connection.",
        "UNBLOCK <clientid> [TIMEOUT|ERROR]",
        "    Unblock the specified blocked client.",
        "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
        "         [OPTIN] [OPTOUT] [NOLOOP]",
        "    Control server assisted client side caching.",
        "TRACKINGINFO",
        "    Report tracking status for the current connection.",
        "NO-EVICT (ON|OFF)",
        "    Protect current client connection from eviction.",
    };

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.container(
                "client",
                -2,
                null,
                List.of(
                        session("id", 2, (session, arguments) -> session.reply().integer(session.id())),
                        session("getname", 2, ClientCommands::getName),
                        session("setname", 3, ClientCommands::setName),
                        session("setinfo", 4, ClientCommands::setInfo),
                        session("info", 2, (session, arguments) -> list(session, info -> info.id() == session.id())),
                        admin("list", -2, ClientCommands::list),
                        admin("kill", -3, ClientCommands::kill),
                        admin("pause", -3, PauseCommands::pause),
                        admin("unpause", 2, PauseCommands::unpause),
                        admin("unblock", -3, ClientCommands::unblock),
                        admin("no-evict", 3, ClientCommands::noEvict),
                        session("reply", 3, ClientCommands::reply),
                        session("no-touch", 3, ClientCommands::noTouch),
                        session("tracking", -3, TrackingCommands::tracking),
                        session("caching", 3, TrackingCommands::caching),
                        session("getredir", 2, TrackingCommands::getRedir),
                        session("trackinginfo", 2, TrackingCommands::info),
                        CommandSpec.session(
                                "client|help",
                                2,
                                (session, arguments) -> HelpReply.write(session.reply(), "CLIENT", HELP),
                                LOADING,
                                STALE))));
    }

    private static void unblock(ClientSession session, Arguments arguments) {
        boolean isError = arguments.count() == 4 && arguments.is(3, "ERROR");
        if (arguments.count() > 4) {
            session.reply()
                    .error("ERR unknown subcommand or wrong number of arguments for '" + ErrorText.quoted(arguments, 1)
                            + "'. Try CLIENT HELP.");
        } else if (arguments.count() == 4 && !isError && !arguments.is(3, "TIMEOUT")) {
            session.reply().error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
        } else if (!arguments.isLong(2)) {
            session.reply().error(ErrorText.NOT_AN_INTEGER);
        } else {
            long id = arguments.parseLong(2);
            session.gather(
                    services -> services.unblock(id, isError),
                    (shards, reply) -> reply.integer(shards.contains(true) ? 1 : 0));
        }
    }

    private static CommandSpec session(String name, int arity, SessionCommand command) {
        return CommandSpec.session("client|" + name, arity, command, NOSCRIPT, LOADING, STALE);
    }

    private static CommandSpec admin(String name, int arity, SessionCommand command) {
        return CommandSpec.session("client|" + name, arity, command, ADMIN, NOSCRIPT, LOADING, STALE);
    }

    /** What is wrong with a connection's name, or null. */
    static String nameRefusal(String name) {
        return isPrintable(name) ? null : "ERR Client names cannot contain spaces, newlines or special characters.";
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(letter -> letter >= '!' && letter <= '~');
    }

    private static void getName(ClientSession session, Arguments arguments) {
        String name = session.info().name();
        if (name.isEmpty()) {
            session.reply().nullBulk();
        } else {
            session.reply().bulk(name);
        }
    }

    private static void setName(ClientSession session, Arguments arguments) {
        String name = arguments.ascii(2);
        answer(session, nameRefusal(name));
        if (nameRefusal(name) == null) {
            session.info().name(name);
        }
    }

    /** Redis 7.2's; clients of today send it first of all. */
    private static void setInfo(ClientSession session, Arguments arguments) {
        boolean isName = arguments.is(2, "LIB-NAME");
        String text = arguments.ascii(3);
        if (!isName && !arguments.is(2, "LIB-VER")) {
            session.reply().error("ERR Unrecognized option '" + ErrorText.quoted(arguments, 2) + "'");
        } else if (!isPrintable(text)) {
            session.reply()
                    .error("ERR " + (isName ? "lib-name" : "lib-ver")
                            + " cannot contain spaces, newlines or special characters.");
        } else {
            if (isName) {
                session.info().libraryName(text);
            } else {
                session.info().libraryVersion(text);
            }
            session.reply().ok();
        }
    }

    private static void answer(ClientSession session, String refusal) {
        if (refusal == null) {
            session.reply().ok();
        } else {
            session.reply().error(refusal);
        }
    }

    private static void list(ClientSession session, Arguments arguments) {
        if (arguments.count() == 2) {
            list(session, info -> true);
        } else if (arguments.count() == 4 && arguments.is(2, "TYPE")) {
            ClientType type = ClientType.of(arguments, 3);
            if (type == null) {
                session.reply().error(ClientType.unknown(arguments, 3));
            } else {
                list(session, type::includes);
            }
        } else if (arguments.count() > 3 && arguments.is(2, "ID")) {
            listById(session, arguments);
        } else {
            session.reply().error(ErrorText.SYNTAX);
        }
    }

    private static void listById(ClientSession session, Arguments arguments) {
        Set<Long> ids = new HashSet<>();
        for (int i = 3; i < arguments.count(); i++) {
            if (!arguments.isLong(i)) {
                session.reply().error("ERR Invalid client ID");
                return;
            }
            ids.add(arguments.parseLong(i));
        }
        list(session, info -> ids.contains(info.id()));
    }

    private static void list(ClientSession session, Predicate<ClientInfo> filter) {
        session.gather(services -> services.clientLines(filter), (shards, reply) -> {
            StringBuilder text = new StringBuilder();
            shards.forEach(lines -> lines.forEach(line -> text.append(line).append('\n')));
            reply.verbatim(text.toString());
        });
    }

    private static void kill(ClientSession session, Arguments arguments) {
        ClientFilter filter =
                new ClientFilter(session.id(), session.node().security().users());
        String refusal = filter.parse(arguments);
        if (refusal != null) {
            session.reply().error(refusal);
            return;
        }
        boolean isOldForm = arguments.count() == 3;
        long id = session.id();
        session.gather(services -> services.killClients(filter, id), (counts, reply) -> {
            int killed = counts.stream().mapToInt(Integer::intValue).sum();
            if (!isOldForm) {
                reply.integer(killed);
            } else if (killed == 0) {
                reply.error("ERR No such client");
            } else {
                reply.ok();
            }
        });
    }

    private static void noEvict(ClientSession session, Arguments arguments) {
        boolean isOn = arguments.is(2, "ON");
        if (isOn || arguments.is(2, "OFF")) {
            session.info().noEvict(isOn);
            session.reply().ok();
        } else {
            session.reply().error(ErrorText.SYNTAX);
        }
    }

    /** Only ON is answered. */
    private static void reply(ClientSession session, Arguments arguments) {
        if (arguments.is(2, "ON")) {
            session.replyMode(ReplyMode.ON);
            session.reply().ok();
        } else if (arguments.is(2, "OFF")) {
            session.replyMode(ReplyMode.OFF);
        } else if (arguments.is(2, "SKIP")) {
            session.replyMode(ReplyMode.SKIP_NEXT);
        } else {
            session.reply().error(ErrorText.SYNTAX);
        }
    }

    /** Redis 7.2's, which clients of today send: taken, but what such a client reads counts as used all the same. */
    private static void noTouch(ClientSession session, Arguments arguments) {
        boolean isKnown = arguments.is(2, "ON") || arguments.is(2, "OFF");
        answer(session, isKnown ? null : ErrorText.SYNTAX);
    }
}
