package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ALLOW_BUSY;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.NO_AUTH;
import static io.tailrace.node.command.CommandFlag.RUNS_IN_MULTI_STATE;
import static io.tailrace.node.command.CommandFlag.RUNS_WHILE_SUBSCRIBED;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.security.User;
import io.tailrace.node.security.Users;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.NodeServices;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** Commands about the connection itself. */
public final class ConnectionCommands implements CommandFamily {
    /** What HELLO and INFO call the version: clients choose by it what they may ask. */
    private static final String HELLO_FIRST = "NOAUTH HELLO must be called with the client already authenticated, "
            + "otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the "
            + "RESP protocol version at the same time";

    private static final String WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";
    private static final String NO_PASSWORD = "ERR AUTH <password> called without any password configured for the "
            + "default user. Are you sure your configuration is correct?";

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.session("ping", -1, ConnectionCommands::ping, FAST, RUNS_WHILE_SUBSCRIBED),
                CommandSpec.session("echo", 2, ConnectionCommands::echo, LOADING, STALE, FAST),
                CommandSpec.session("select", 2, ConnectionCommands::select, LOADING, STALE, FAST),
                offered("hello", -1, ConnectionCommands::hello),
                offered("auth", -2, ConnectionCommands::auth),
                immediate("quit", -1, ConnectionCommands::quit),
                immediate("reset", 1, (session, arguments) -> session.reset()));
    }

    private static CommandSpec offered(String name, int arity, SessionCommand command) {
        return CommandSpec.session(name, arity, command, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY);
    }

    private static CommandSpec immediate(String name, int arity, SessionCommand command) {
        return CommandSpec.session(
                name,
                arity,
                command,
                NOSCRIPT,
                LOADING,
                STALE,
                FAST,
                NO_AUTH,
                ALLOW_BUSY,
                RUNS_IN_MULTI_STATE,
                RUNS_WHILE_SUBSCRIBED);
    }

    private static void ping(ClientSession session, Arguments arguments) {
        if (arguments.count() > 2) {
            session.reply().error(ErrorText.arity("ping"));
        } else if (session.info().isSubscribed() && session.info().protocol() == 2) {
            pingAmongMessages(session.reply(), arguments);
        } else if (arguments.count() == 2) {
            session.reply().bulk(arguments.address(1), arguments.length(1));
        } else {
            session.reply().simple("PONG");
        }
    }

    /** Looks like a message, as all that a subscriber in RESP 2 is sent. */
    private static void pingAmongMessages(ReplyWriter reply, Arguments arguments) {
        reply.array(2);
        reply.bulk("pong");
        if (arguments.count() == 2) {
            reply.bulk(arguments.address(1), arguments.length(1));
        } else {
            reply.bulk("");
        }
    }

    private static void echo(ClientSession session, Arguments arguments) {
        session.reply().bulk(arguments.address(1), arguments.length(1));
    }

    private static void quit(ClientSession session, Arguments arguments) {
        session.reply().ok();
        session.closeAfterReply();
    }

    private static void select(ClientSession session, Arguments arguments) {
        int databases = session.node().settings().current().databases();
        String problem = DatabaseIndex.problem(arguments, 1, databases, null);
        if (problem != null) {
            session.reply().error(problem);
        } else {
            session.info().database((int) arguments.parseLong(1));
            session.reply().ok();
        }
    }

    private static void auth(ClientSession session, Arguments arguments) {
        if (arguments.count() > 3) {
            session.reply().error(ErrorText.SYNTAX);
        } else if (arguments.count() == 2 && session.node().security().users().isOpenToAll()) {
            session.reply().error(NO_PASSWORD);
        } else {
            int password = arguments.count() - 1;
            String name = password == 1 ? Users.DEFAULT : arguments.ascii(1);
            if (logIn(session, name, arguments, password)) {
                session.reply().ok();
            } else {
                session.reply().error(WRONG_PASSWORD);
            }
        }
    }

    /** A failure leaves the connection what it was. */
    private static boolean logIn(ClientSession session, String name, Arguments arguments, int password) {
        User user = session.node().security().users().login(name, arguments.bytes(password));
        if (user != null) {
            session.info().user(user);
        } else {
            AclLogReply.noteLogin(session, arguments.ascii(0), name);
        }
        return user != null;
    }

    private static void hello(ClientSession session, Arguments arguments) {
        String name = null;
        String refusal = versionRefusal(arguments);
        for (int i = 2; i < arguments.count() && refusal == null; i++) {
            int more = arguments.count() - 1 - i;
            if (arguments.is(i, "AUTH") && more >= 2) {
                refusal = logIn(session, arguments.ascii(i + 1), arguments, i + 2) ? null : WRONG_PASSWORD;
                i += 2;
            } else if (arguments.is(i, "SETNAME") && more >= 1) {
                name = arguments.ascii(i + 1);
                refusal = ClientCommands.nameRefusal(name);
                i++;
            } else {
                refusal = "ERR Syntax error in HELLO option '" + ErrorText.quoted(arguments, i) + "'";
            }
        }
        if (refusal == null
                && session.info().user() == null
                && session.node().security().users().isLoginNeeded()) {
            refusal = HELLO_FIRST;
        }
        if (refusal != null) {
            session.reply().error(refusal);
            return;
        }
        if (name != null) {
            session.info().name(name);
        }
        if (arguments.count() > 1) {
            session.info().protocol((int) arguments.parseLong(1));
        }
        describe(session);
    }

    private static String versionRefusal(Arguments arguments) {
        if (arguments.count() == 1) {
            return null;
        }
        if (!arguments.isLong(1)) {
            return "ERR Protocol version is not an integer or out of range";
        }
        boolean isKnown = arguments.parseLong(1) == 2 || arguments.parseLong(1) == 3;
        return isKnown ? null : "NOPROTO unsupported protocol version";
    }

    private static void describe(ClientSession session) {
        ReplyWriter reply = session.reply();
        reply.map(7);
        reply.bulk("server");
        reply.bulk("redis");
        reply.bulk("version");
        reply.bulk(NodeServices.REDIS_VERSION);
        reply.bulk("proto");
        reply.integer(session.info().protocol());
        reply.bulk("id");
        reply.integer(session.id());
        reply.bulk("mode");
        reply.bulk("standalone");
        reply.bulk("role");
        reply.bulk(session.node().primary() == null ? "master" : "replica");
        reply.bulk("modules");
        reply.array(0);
    }
}
