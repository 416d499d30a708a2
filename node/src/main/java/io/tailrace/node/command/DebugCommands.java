package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DEBUG, for tests of clients: where {@code enable-debug-command} allows it, and as far as it has a meaning here.
 *
 * <p>What only chooses between two ways in which Redis lays the same value out is taken and does nothing, as nothing of it could
 * be seen. What shows more of Redis's own memory than {@link DebugObject}, or crashes it, isn't there.
 */
final class DebugCommands implements CommandFamily {
    private static final Logger LOG = LoggerFactory.getLogger(DebugCommands.class);
    private static final double MAX_SLEEP_SECONDS = 3_600;
    private static final long DEFAULT_PACKED_THRESHOLD = 1L << 30;
    private static final String NOT_ALLOWED =
            "ERR DEBUG command not allowed. If the enable-debug-command option is set to "
                    + "\"local\", you can run it from a local connection, otherwise you need to set this option in the "
                    + "configuration file, and then restart the server.";
    private static final String PROTOCOL_TYPES = "ERR Wrong protocol type name. Please use one of the following: "
            + "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false";
    private static final String[] HELP = {
        "DIGEST",
        "    Output a hex signature representing the current DB content.",
        "DIGEST-VALUE <key> [<key> ...]",
        "    Output a hex signature of the values of all the specified keys.",
        "ERROR <string>",
        "    Return a Redis protocol error with <string> as message. Useful for clients",
        "    unit tests to simulate Redis errors.",
        "LOG <message>",
        "    Write <message> to the server log.",
        "OBJECT <key>",
        "    Show low level info about `key` and associated value.",
        "PAUSE-CRON <0|1>",
        "    Stop periodic cron job processing.",
        "PROTOCOL <type>",
        "    Reply with a test value of the specified type. <type> can be: string,",
        "    integer, double, bignum, null, array, set, map, attrib, push, verbatim,",
        "    true, false.",
        "QUICKLIST-PACKED-THRESHOLD <size>",
        "    Sets the threshold for elements to be inserted as plain vs packed nodes",
        "    Default value is 1GB, allows values up to 4GB. Setting to 0 restores to default.",
        "REPLYBUFFER PEAK-RESET-TIME <NEVER||RESET|time>",
        "    Sets the time (in milliseconds) to wait between client reply buffer peak resets.",
        "    In case NEVER is provided the last observed peak will never be reset",
        "    In case RESET is provided the peak reset time will be restored to the default value",
        "REPLYBUFFER RESIZING <0|1>",
        "    Enable or disable the reply buffer resize cron job",
        "SET-ACTIVE-EXPIRE <0|1>",
        "    Setting it to 0 disables expiring keys in background when they are not",
        "    accessed (otherwise the Redis behavior). Setting it to 1 reenables back the",
        "    default.",
        "SET-DISABLE-DENY-SCRIPTS <0|1>",
        "    Allow or disallow scripts to run commands that are not for scripts.",
        "SLEEP <seconds>",
        "    Stop the server for <seconds>. Decimals allowed.",
    };

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.session("debug", -2, DebugCommands::run, ADMIN, NOSCRIPT, LOADING, STALE));
    }

    private static void run(ClientSession session, Arguments arguments) {
        if (!session.node().settings().current().enableDebugCommand()) {
            session.reply().error(NOT_ALLOWED);
            return;
        }
        String name = arguments.ascii(1).toUpperCase(Locale.ROOT);
        if (arguments.count() == 2 && name.equals("HELP")) {
            HelpReply.write(session.reply(), "DEBUG", HELP);
        } else if (arguments.count() == 2 && name.equals("DIGEST")) {
            DebugDigest.ofAll(session);
        } else if (name.equals("DIGEST-VALUE")) {
            DebugDigest.ofValues(session, arguments);
        } else if (arguments.count() == 4 && name.equals("REPLYBUFFER")) {
            replyBuffer(session.reply(), arguments);
        } else if (arguments.count() != 3 || !run(session, arguments, name)) {
            syntax(session.reply(), arguments);
        }
    }

    private static void syntax(ReplyWriter reply, Arguments arguments) {
        reply.error("ERR unknown subcommand or wrong number of arguments for '" + ErrorText.quoted(arguments, 1)
                + "'. Try DEBUG HELP.");
    }

    /** A buffer for replies is as large as the last ones needed, and is given back by who is idle: there is no pace to set. */
    private static void replyBuffer(ReplyWriter reply, Arguments arguments) {
        boolean isTime = arguments.is(2, "PEAK-RESET-TIME");
        boolean isKnown = isTime || arguments.is(2, "RESIZING");
        boolean isWord = !isTime || arguments.is(3, "NEVER") || arguments.is(3, "RESET");
        if (!isKnown) {
            syntax(reply, arguments);
        } else if (!isWord && !arguments.isLong(3)) {
            reply.error("ERR value is not an integer or out of range");
        } else {
            reply.ok();
        }
    }

    /** All with one argument; returns whether there is such a subcommand. */
    private static boolean run(ClientSession session, Arguments arguments, String name) {
        switch (name) {
            case "SLEEP" -> sleep(session, arguments.ascii(2));
            case "SET-ACTIVE-EXPIRE" -> setActiveExpire(session, arguments);
            case "PAUSE-CRON" -> pauseCron(session, isOn(arguments));
            case "SET-DISABLE-DENY-SCRIPTS" -> {
                session.node().scripts().allowAll(isOn(arguments));
                session.reply().ok();
            }
            case "PROTOCOL" -> protocol(session.reply(), arguments.ascii(2).toLowerCase(Locale.ROOT));
            case "ERROR" -> session.reply().error(line(arguments, 2));
            case "LOG" -> {
                LOG.info("DEBUG LOG: {}", line(arguments, 2));
                session.reply().ok();
            }
            case "OBJECT" -> DebugObject.run(session, arguments);
            case "QUICKLIST-PACKED-THRESHOLD" -> packedThreshold(session, arguments);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static String line(Arguments arguments, int i) {
        return ErrorText.quoted(arguments, i).replace('\r', ' ').replace('\n', ' ');
    }

    /** Stops all shards, as it stops all of Redis; what isn't a number counts as 0, as in Redis. */
    private static void sleep(ClientSession session, String text) {
        double seconds = text.matches("\\d*\\.?\\d+") ? Double.parseDouble(text) : 0;
        long nanos = (long) (Math.min(seconds, MAX_SLEEP_SECONDS) * 1e9);
        session.gather(services -> sleep(nanos), (shards, reply) -> reply.ok());
    }

    private static boolean sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return true;
    }

    /** As C's {@code atoi} has it, anything that is not a number is 0. */
    private static boolean isOn(Arguments arguments) {
        return arguments.isLong(2) && arguments.parseLong(2) != 0;
    }

    private static void setActiveExpire(ClientSession session, Arguments arguments) {
        boolean isOn = isOn(arguments);
        session.gather(
                services -> {
                    services.shard().expiresActively(isOn);
                    return true;
                },
                (shards, reply) -> reply.ok());
    }

    /** Of what Redis does periodically a client sees that it is disconnected when it is idle for too long. */
    private static void pauseCron(ClientSession session, boolean isPaused) {
        session.gather(
                services -> {
                    services.keepIdleClients(isPaused);
                    return true;
                },
                (shards, reply) -> reply.ok());
    }

    private static void packedThreshold(ClientSession session, Arguments arguments) {
        boolean isSize = arguments.ascii(2).matches("\\d{1,10}[bB]?")
                && Long.parseLong(arguments.ascii(2).replaceAll("\\D", "")) <= 4 * DEFAULT_PACKED_THRESHOLD;
        if (isSize) {
            session.reply().ok();
        } else {
            session.reply().error("ERR argument must be a memory value bigger than 1 and smaller than 4gb");
        }
    }

    private static void protocol(ReplyWriter reply, String type) {
        switch (type) {
            case "string" -> reply.bulk("Hello World");
            case "integer" -> reply.integer(12_345);
            case "double" -> reply.doubleValue(3.141);
            case "null" -> reply.nullBulk();
            case "array" -> {
                reply.array(3);
                numbers(reply);
            }
            case "set" -> {
                reply.set(3);
                numbers(reply);
            }
            case "map" -> {
                reply.map(3);
                for (int i = 0; i < 3; i++) {
                    reply.integer(i);
                    reply.bool(i == 1);
                }
            }
            case "attrib" -> attribute(reply);
            case "push" -> push(reply);
            case "bignum" -> bigNumber(reply);
            case "verbatim" -> reply.verbatim("This is a verbatim\nstring");
            case "true" -> reply.bool(true);
            case "false" -> reply.bool(false);
            default -> reply.error(PROTOCOL_TYPES);
        }
    }

    private static void numbers(ReplyWriter reply) {
        for (int i = 0; i < 3; i++) {
            reply.integer(i);
        }
    }

    private static void bigNumber(ReplyWriter reply) {
        String digits = "1234567999999999999999999999999999999";
        if (reply.protocol() == 3) {
            reply.raw(ErrorText.bytes("(" + digits + "\r\n"));
        } else {
            reply.bulk(digits);
        }
    }

    /** In RESP 2, which has none, only what it is about. */
    private static void attribute(ReplyWriter reply) {
        if (reply.protocol() == 3) {
            reply.raw(ErrorText.bytes("|1\r\n"));
            reply.bulk("key-popularity");
            reply.array(2);
            reply.bulk("key:123");
            reply.integer(90);
        }
        reply.bulk("Some real reply following the attribute");
    }

    private static void push(ReplyWriter reply) {
        if (reply.protocol() == 2) {
            reply.error("ERR RESP2 is not supported by this command");
            return;
        }
        reply.push(2);
        reply.bulk("server-cpu-usage");
        reply.integer(42);
        reply.bulk("Some real reply following the push reply");
    }
}
