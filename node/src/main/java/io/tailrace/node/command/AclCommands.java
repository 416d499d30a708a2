package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.pubsub.Topic;
import io.tailrace.node.security.AclException;
import io.tailrace.node.security.CommandCatalogue;
import io.tailrace.node.security.User;
import io.tailrace.node.security.Users;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** ACL: users and what they may do. As in Redis. */
final class AclCommands implements CommandFamily {
    private static final int MAX_BITS = 4_096;
    private static final int DEFAULT_BITS = 256;
    private static final int BITS_PER_DIGIT = 4;
    private static final String NO_FILE =
            "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL "
                    + "SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in "
                    + "order to store users in the Redis configuration.";
    private static final String[] HELP = {
        "CAT [<category>]",
        "    List all commands that belong to <category>, or all command categories",
        "    when no category is specified.",
        "DELUSER <username> [<username> ...]",
        "    Delete a list of users.",
        "DRYRUN <username> <command> [<arg> ...]",
        "    Returns whether the user can execute the given command without executing the command.",
        "GETUSER <username>",
        "    Get the user's details.",
        "GENPASS [<bits>]",
        "    Generate a secure 256-bit user password. The optional `bits` argument can",
        "    be used to specify a different size.",
        "LIST",
        "    Show users details in config file format.",
        "LOAD",
        "    Reload users from the ACL file.",
        "LOG [<count> | RESET]",
        "    Show the ACL log entries.",
        "SAVE",
        "    Save the current config to the ACL file.",
        "SETUSER <username> <attribute> [<attribute> ...]",
        "    Create or modify a user with the specified attributes.",
        "USERS",
        "    List all the registered usernames.",
        "WHOAMI",
        "    Return the current connection username.",
    };

    private final SecureRandom random = new SecureRandom();

    private final Supplier<CommandTable> table;

    AclCommands(Supplier<CommandTable> table) {
        this.table = table;
    }

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.container(
                "acl",
                -2,
                null,
                List.of(
                        open("cat", -2, AclCommands::cat),
                        open(
                                "whoami",
                                2,
                                (session, arguments) ->
                                        text(session.reply(), acting(session).name())),
                        open("genpass", -2, this::genPass),
                        admin("list", 2, (session, arguments) -> lines(session, User::line)),
                        admin("users", 2, (session, arguments) -> lines(session, User::name)),
                        admin("getuser", 3, AclCommands::getUser),
                        admin("setuser", -3, AclCommands::setUser),
                        admin("deluser", -3, AclCommands::delUser),
                        admin("dryrun", -4, this::dryRun),
                        admin("load", 2, AclCommands::load),
                        admin("log", -2, AclLogReply::run),
                        admin("save", 2, AclCommands::save),
                        CommandSpec.session(
                                "acl|help",
                                2,
                                (session, arguments) -> HelpReply.write(session.reply(), "ACL", HELP),
                                LOADING,
                                STALE))));
    }

    private static CommandSpec open(String name, int arity, SessionCommand command) {
        return CommandSpec.session("acl|" + name, arity, command, NOSCRIPT, LOADING, STALE);
    }

    private static CommandSpec admin(String name, int arity, SessionCommand command) {
        return CommandSpec.session("acl|" + name, arity, command, ADMIN, NOSCRIPT, LOADING, STALE);
    }

    private static Users users(ClientSession session) {
        return session.node().security().users();
    }

    private static User acting(ClientSession session) {
        return session.info().actingUser(users(session));
    }

    /** Names and patterns may be any bytes: they have a character each. */
    private static void text(ReplyWriter reply, String text) {
        reply.bulk(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void lines(ClientSession session, Function<User, String> line) {
        Collection<User> all = users(session).all();
        session.reply().array(all.size());
        all.forEach(user -> text(session.reply(), line.apply(user)));
    }

    private static void cat(ClientSession session, Arguments arguments) {
        ReplyWriter reply = session.reply();
        String category = arguments.count() == 3 ? arguments.ascii(2).toLowerCase(Locale.ROOT) : "";
        if (arguments.count() > 3) {
            reply.error("ERR unknown subcommand or wrong number of arguments for '" + ErrorText.quoted(arguments, 1)
                    + "'. Try ACL HELP.");
        } else if (arguments.count() == 2) {
            reply.array(CommandCatalogue.CATEGORIES.size());
            CommandCatalogue.CATEGORIES.forEach(reply::bulk);
        } else if (CommandCatalogue.CATEGORIES.contains(category)) {
            Set<String> names = users(session).catalogue().ofCategory(category);
            reply.array(names.size());
            names.forEach(reply::bulk);
        } else {
            reply.error("ERR Unknown category '" + ErrorText.quoted(arguments, 2) + "'");
        }
    }

    private void genPass(ClientSession session, Arguments arguments) {
        ReplyWriter reply = session.reply();
        long bits = arguments.count() == 3 && arguments.isLong(2) ? arguments.parseLong(2) : DEFAULT_BITS;
        if (arguments.count() > 3) {
            reply.error("ERR unknown subcommand or wrong number of arguments for '" + ErrorText.quoted(arguments, 1)
                    + "'. Try ACL HELP.");
        } else if (arguments.count() == 3 && !arguments.isLong(2)) {
            reply.error(ErrorText.NOT_AN_INTEGER);
        } else if (bits <= 0 || bits > MAX_BITS) {
            reply.error(
                    "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number "
                            + "up to " + MAX_BITS);
        } else {
            int digits = (int) (bits + BITS_PER_DIGIT - 1) / BITS_PER_DIGIT;
            byte[] bytes = new byte[(digits + 1) / 2];
            random.nextBytes(bytes);
            reply.bulk(HexFormat.of().formatHex(bytes).substring(0, digits));
        }
    }

    private static void getUser(ClientSession session, Arguments arguments) {
        ReplyWriter reply = session.reply();
        User user = users(session).find(arguments.ascii(2));
        if (user == null) {
            reply.nullBulk();
            return;
        }
        User.Description described = user.describe();
        reply.map(6);
        reply.bulk("flags");
        reply.set(described.flags().size());
        described.flags().forEach(reply::bulk);
        reply.bulk("passwords");
        reply.array(described.passwords().size());
        described.passwords().forEach(reply::bulk);
        reply.bulk("commands");
        text(reply, described.commands());
        reply.bulk("keys");
        text(reply, described.keys());
        reply.bulk("channels");
        text(reply, described.channels());
        reply.bulk("selectors");
        reply.array(described.selectors().size());
        for (User.Description selector : described.selectors()) {
            reply.map(3);
            reply.bulk("commands");
            text(reply, selector.commands());
            reply.bulk("keys");
            text(reply, selector.keys());
            reply.bulk("channels");
            text(reply, selector.channels());
        }
    }

    private static void setUser(ClientSession session, Arguments arguments) {
        String name = arguments.ascii(2);
        if (name.chars().anyMatch(c -> c == 0 || Character.isWhitespace(c))) {
            session.reply().error("ERR Usernames can't contain spaces or null characters");
            return;
        }
        List<String> rules = new ArrayList<>();
        for (int i = 3; i < arguments.count(); i++) {
            rules.add(arguments.ascii(i));
        }
        try {
            User user = users(session).set(name, rules);
            kill(session, info -> info.user() == user && hearsTooMuch(info, user), ReplyWriter::ok);
        } catch (AclException e) {
            session.reply().error("ERR " + e.getMessage());
        }
    }

    /** Whether a client is subscribed to what its user may not hear any more. */
    private static boolean hearsTooMuch(ClientInfo info, User user) {
        if (info.subscriber() == null || user.isUnlimited()) {
            return false;
        }
        boolean isAllowed = true;
        for (Topic channel : info.subscriber().channels()) {
            isAllowed &= allows(user, channel, false);
        }
        for (Topic channel : info.subscriber().shardChannels()) {
            isAllowed &= allows(user, channel, false);
        }
        for (Topic pattern : info.subscriber().patterns()) {
            isAllowed &= allows(user, pattern, true);
        }
        return !isAllowed;
    }

    private static boolean allows(User user, Topic topic, boolean isPattern) {
        byte[] name = topic.bytes();
        try (NativeBuffer buffer = new NativeBuffer(Math.max(1, name.length))) {
            Memory.copyIn(name, 0, buffer.address(), name.length);
            String text = new String(name, StandardCharsets.ISO_8859_1);
            return user.allowsChannel(buffer.address(), name.length, text, isPattern);
        }
    }

    private static void delUser(ClientSession session, Arguments arguments) {
        List<String> names = new ArrayList<>();
        for (int i = 2; i < arguments.count(); i++) {
            names.add(arguments.ascii(i));
        }
        if (names.contains(Users.DEFAULT)) {
            session.reply().error("ERR The 'default' user cannot be removed");
            return;
        }
        List<User> gone = users(session).delete(names);
        kill(session, info -> gone.contains(info.user()), reply -> reply.integer(gone.size()));
    }

    /** Closes connections on all shards, then answers. */
    private static void kill(ClientSession session, Predicate<ClientInfo> whom, Consumer<ReplyWriter> answer) {
        long id = session.id();
        session.gather(services -> services.killClients(whom, id), (killed, reply) -> answer.accept(reply));
    }

    private void dryRun(ClientSession session, Arguments arguments) {
        ReplyWriter reply = session.reply();
        User user = users(session).find(arguments.ascii(2));
        Arguments request = new Arguments();
        for (int i = 3; i < arguments.count(); i++) {
            request.add(arguments.address(i), arguments.length(i));
        }
        CommandSpec spec = table.get().find(request);
        if (user == null) {
            reply.error("ERR User '" + ErrorText.quoted(arguments, 2) + "' not found");
        } else if (spec == null) {
            reply.error("ERR Command '" + ErrorText.quoted(arguments, 3) + "' not found");
        } else if (!spec.isArity(request.count())) {
            reply.error(ErrorText.arity(spec.name()));
        } else {
            String reason = user.isUnlimited() ? null : AccessCheck.explanation(user, spec, request);
            if (reason == null) {
                reply.ok();
            } else {
                text(reply, reason);
            }
        }
    }

    private static void load(ClientSession session, Arguments arguments) {
        if (!users(session).hasFile()) {
            session.reply().error(NO_FILE);
            return;
        }
        try {
            Users users = users(session);
            users.load();
            kill(session, info -> info.user() != null && info.user() != users.byDefault(), ReplyWriter::ok);
        } catch (AclException e) {
            session.reply().error("ERR " + e.getMessage());
        }
    }

    private static void save(ClientSession session, Arguments arguments) {
        if (!users(session).hasFile()) {
            session.reply().error(NO_FILE);
            return;
        }
        try {
            users(session).save();
            session.reply().ok();
        } catch (AclException e) {
            session.reply().error("ERR " + e.getMessage());
        }
    }
}
