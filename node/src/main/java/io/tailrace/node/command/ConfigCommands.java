package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.ConfigFile;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.config.SettingNames;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.NodeServices;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** CONFIG: settings by their own names and by Redis's, and what Redis's clients ask for that can't be changed here. */
final class ConfigCommands implements CommandFamily {
    private static final String SLAVEOF = "slaveof";
    private static final String DIRECTORY = "dir";
    /** Redis's names of what no Redis can change while it runs, not even to what it is: it says so, and so does this node. */
    private static final Set<String> IMMUTABLE =
            Set.of("databases", "aclfile", "enable-debug-command", "logfile", "replicaof", SLAVEOF);

    private static final String FAILED = "ERR CONFIG SET failed (possibly related to argument '";
    private static final String[] HELP = {
        "GET <pattern>",
        "    Return parameters matching the glob-like <pattern> and their values.",
        "SET <directive> <value>",
        "    Set the configuration <directive> to <value>.",
        "RESETSTAT",
        "    Reset statistics reported by the INFO command.",
        "REWRITE",
        "    Rewrite the configuration file.",
    };

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.container(
                "config",
                -2,
                null,
                List.of(
                        admin("get", -3, ConfigCommands::get),
                        admin("set", -4, ConfigCommands::set),
                        admin("resetstat", 2, ConfigCommands::resetStat),
                        admin("rewrite", 2, ConfigCommands::rewrite),
                        CommandSpec.session(
                                "config|help",
                                2,
                                (session, arguments) -> HelpReply.write(session.reply(), "CONFIG", HELP),
                                LOADING,
                                STALE))));
    }

    private static CommandSpec admin(String name, int arity, SessionCommand command) {
        return CommandSpec.session("config|" + name, arity, command, ADMIN, NOSCRIPT, LOADING, STALE);
    }

    /** Secrets are for those who may change them. */
    private static void get(ClientSession session, Arguments arguments) {
        boolean maySet =
                session.info().actingUser(session.node().security().users()).allowsCommand("config|set");
        Map<String, String> all = ConfigNames.values(session.node(), maySet);
        Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 2; i < arguments.count(); i++) {
            String asked = arguments.ascii(i);
            if (asked.chars().anyMatch(letter -> "[*?".indexOf(letter) >= 0)) {
                addMatches(arguments, i, all, found);
            } else if (all.containsKey(asked.toLowerCase(Locale.ROOT))) {
                found.putIfAbsent(asked, all.get(asked.toLowerCase(Locale.ROOT)));
            }
        }
        session.reply().map(found.size());
        found.forEach((name, value) -> {
            session.reply().bulk(name);
            session.reply().bulk(bytes(name, value));
        });
    }

    private static byte[] bytes(String name, String value) {
        boolean isSecret = SettingNames.find(name).filter(Setting::isSecret).isPresent();
        return value.getBytes(isSecret ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private static void addMatches(Arguments arguments, int i, Map<String, String> all, Map<String, String> found) {
        try (NamePattern pattern = new NamePattern(arguments, i)) {
            all.forEach((name, value) -> {
                if (pattern.matches(name)) {
                    found.putIfAbsent(name, value);
                }
            });
        }
    }

    private static void set(ClientSession session, Arguments arguments) {
        String refusal = arguments.count() % 2 == 1 ? ErrorText.SYNTAX : change(session.node(), arguments);
        if (refusal == null) {
            session.gather(
                    services -> {
                        services.settingsChanged();
                        return true;
                    },
                    (shards, reply) -> reply.ok());
        } else {
            session.reply().error(refusal);
        }
    }

    /** All or nothing; returns what is wrong, or null. */
    private static String change(NodeServices node, Arguments arguments) {
        Map<Setting, String> changes = new EnumMap<>(Setting.class);
        Set<String> seen = new HashSet<>();
        String wrong = null;
        for (int i = 2; i < arguments.count(); i += 2) {
            String name = arguments.ascii(i).toLowerCase(Locale.ROOT);
            Setting setting = SettingNames.find(name).orElse(null);
            if (setting == null
                    && !FixedSettings.has(name)
                    && !name.equals(OutputLimits.NAME)
                    && !name.equals(SLAVEOF)) {
                return "ERR Unknown option or number of arguments for CONFIG SET - '" + ErrorText.quoted(arguments, i)
                        + "'";
            }
            if (wrong == null) {
                boolean isNew = seen.add(name);
                String refusal = isNew ? note(node, setting, name, arguments, i, changes) : "duplicate parameter";
                wrong = refusal == null ? null : failed(ErrorText.quoted(arguments, i), refusal);
            }
        }
        return wrong == null ? apply(node, changes, arguments) : wrong;
    }

    /** Returns why it can't be changed, or null. */
    private static String note(
            NodeServices node, Setting setting, String name, Arguments arguments, int i, Map<Setting, String> changes) {
        if (name.equals(DIRECTORY)) {
            return FixedSettings.PROTECTED;
        }
        boolean isSecret = setting != null && setting.isSecret();
        String value =
                new String(arguments.bytes(i + 1), isSecret ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        if (setting != null && setting.isLive()) {
            changes.put(setting, value);
            return null;
        }
        if (setting != null && !IMMUTABLE.contains(name)) {
            return isSame(node.settings().current(), setting, value)
                    ? null
                    : "it can't be changed while the node runs: set it in the configuration file or on the command line, and"
                            + " start the node again";
        }
        if (setting != null || name.equals(SLAVEOF)) {
            return "can't set immutable config";
        }
        if (!name.equals(OutputLimits.NAME)) {
            return FixedSettings.refusal(name, value);
        }
        try {
            changes.putAll(OutputLimits.settings(value));
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private static boolean isSame(NodeConfig now, Setting setting, String value) {
        try {
            NodeConfig asked = now.toBuilder().set(setting, value, "CONFIG SET").build();
            return setting == Setting.DATA_DIR
                    ? path(asked).equals(path(now))
                    : asked.text(setting).equals(now.text(setting));
        } catch (ConfigException e) {
            return false;
        }
    }

    private static Path path(NodeConfig config) {
        return config.dataDir().toAbsolutePath().normalize();
    }

    private static String apply(NodeServices node, Map<Setting, String> changes, Arguments arguments) {
        try {
            node.settings().change(changes);
            if (changes.containsKey(Setting.REQUIREPASS)) {
                node.security().users().requirePassword(changes.get(Setting.REQUIREPASS));
            }
            return null;
        } catch (ConfigException e) {
            Setting setting = SettingNames.find(e.key()).orElseThrow();
            String asked = askedName(setting, arguments);
            return failed(asked, ConfigNames.refusal(setting, changes.get(setting), e.reason()));
        }
    }

    /** The setting's name as the client called it. */
    private static String askedName(Setting setting, Arguments arguments) {
        for (int i = 2; i < arguments.count(); i += 2) {
            if (arguments.is(i, setting.alias().toUpperCase(Locale.ROOT))) {
                return setting.alias();
            }
        }
        return setting.key();
    }

    private static String failed(String name, String reason) {
        return FAILED + name + "') - " + reason;
    }

    private static void resetStat(ClientSession session, Arguments arguments) {
        session.gather(
                services -> {
                    services.resetStats();
                    return true;
                },
                (shards, reply) -> reply.ok());
    }

    private static void rewrite(ClientSession session, Arguments arguments) {
        NodeConfig config = session.node().settings().current();
        if (config.file() == null) {
            session.reply().error("ERR The server is running without a config file");
            return;
        }
        try {
            ConfigFile.rewrite(config, session.node().primary());
            session.reply().ok();
        } catch (IOException e) {
            session.reply().error("ERR Rewriting config file: " + FileFailure.of(e, config.file()));
        }
    }
}
