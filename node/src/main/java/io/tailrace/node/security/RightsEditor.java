package io.tailrace.node.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Changes rights by rules, one after the other, as ACL SETUSER and files of users write them. For one thread. */
final class RightsEditor {
    private static final String SYNTAX = "Syntax error";
    private static final String NO_SUCH_PASSWORD = "The password you are trying to remove from the user does not exist";
    private static final String NO_HASH =
            "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters";

    private final CommandCatalogue catalogue;
    private boolean isOn;
    private boolean needsNoPassword;
    private String payload;
    private final List<Password> passwords;
    private CommandRules commands;
    private boolean hasAllKeys;
    private final List<KeyRule> keys;
    private boolean hasAllChannels;
    private final List<String> channels;
    private final List<Rights> selectors;
    private final boolean hasChannelsByDefault;

    /** @param hasChannels whether a user, and a selector, that is new may use all channels */
    RightsEditor(CommandCatalogue catalogue, Rights from, boolean hasChannels) {
        hasChannelsByDefault = hasChannels;
        selectors = new ArrayList<>(from.selectors());
        this.catalogue = catalogue;
        isOn = from.isOn();
        needsNoPassword = from.needsNoPassword();
        payload = from.login().payload();
        passwords = new ArrayList<>(from.passwords());
        commands = from.commands();
        hasAllKeys = from.hasAllKeys();
        keys = new ArrayList<>(from.keys());
        hasAllChannels = from.hasAllChannels();
        channels = new ArrayList<>(from.channels());
    }

    Rights rights() {
        return new Rights(
                new Rights.Login(isOn, needsNoPassword, payload, passwords),
                commands,
                hasAllKeys,
                keys,
                hasAllChannels,
                channels,
                selectors);
    }

    /** Takes one rule, or an empty one, which changes nothing, as in Redis; texts have a character a byte. */
    void apply(String rule) throws AclException {
        if (rule.isEmpty()) {
            return;
        }
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "on" -> isOn = true;
            case "off" -> isOn = false;
            case "nopass" -> openToAll();
            case "resetpass" -> forgetPasswords();
            case "sanitize-payload", "skip-sanitize-payload" -> payload = rule.toLowerCase(Locale.ROOT);
            case "allkeys", "~*" -> allKeys();
            case "resetkeys" -> noKeys();
            case "allchannels", "&*" -> allChannels();
            case "resetchannels" -> noChannels();
            case "allcommands" -> commands = CommandRules.all(catalogue);
            case "nocommands" -> commands = CommandRules.none(catalogue);
            case "clearselectors" -> selectors.clear();
            case "reset" -> reset();
            default -> applyWithValue(rule);
        }
    }

    private void applyWithValue(String rule) throws AclException {
        String value = rule.isEmpty() ? "" : rule.substring(1);
        switch (rule.isEmpty() ? 0 : rule.charAt(0)) {
            case '+', '-' -> commands = commands.with(rule);
            case '>' -> add(Password.of(value));
            case '<' -> remove(Password.of(value));
            case '#' -> add(hashed(value));
            case '!' -> remove(hashed(value));
            case '~' -> key(value, true, true);
            case '%' -> limitedKey(value);
            case '&' -> channel(value);
            case '(' -> select(rule);
            default -> throw new AclException(SYNTAX);
        }
    }

    private void select(String rule) throws AclException {
        if (!rule.endsWith(")")) {
            throw new AclException(SYNTAX);
        }
        RightsEditor selector =
                new RightsEditor(catalogue, Rights.none(catalogue, hasChannelsByDefault), hasChannelsByDefault);
        for (String word : rule.substring(1, rule.length() - 1).trim().split(" +")) {
            if (!word.isEmpty()) {
                selector.applyToSelector(word);
            }
        }
        selectors.add(selector.rights());
    }

    /** What is about the user as such has no meaning in a selector. */
    private void applyToSelector(String rule) throws AclException {
        boolean isKnown = "+-~%&".indexOf(rule.charAt(0)) >= 0
                || Set.of("allkeys", "resetkeys", "allchannels", "resetchannels", "allcommands", "nocommands")
                        .contains(rule.toLowerCase(Locale.ROOT));
        if (!isKnown) {
            throw new AclException(SYNTAX);
        }
        apply(rule);
    }

    /** Sets the only password, or none at all; what else the user may do stays. */
    void onlyPassword(Password password) {
        openToAll();
        if (password != null) {
            add(password);
        }
    }

    private void openToAll() {
        passwords.clear();
        needsNoPassword = true;
    }

    private void forgetPasswords() {
        passwords.clear();
        needsNoPassword = false;
    }

    private void reset() {
        forgetPasswords();
        noKeys();
        noChannels();
        hasAllChannels = hasChannelsByDefault;
        selectors.clear();
        isOn = false;
        payload = "sanitize-payload";
        commands = CommandRules.none(catalogue);
    }

    private static Password hashed(String hex) throws AclException {
        Password password = Password.ofHash(hex);
        if (password == null) {
            throw new AclException(NO_HASH);
        }
        return password;
    }

    private void add(Password password) {
        needsNoPassword = false;
        if (!passwords.contains(password)) {
            passwords.add(password);
        }
    }

    private void remove(Password password) throws AclException {
        if (!passwords.remove(password)) {
            throw new AclException(NO_SUCH_PASSWORD);
        }
    }

    private void allKeys() {
        keys.clear();
        hasAllKeys = true;
    }

    private void noKeys() {
        keys.clear();
        hasAllKeys = false;
    }

    private void limitedKey(String value) throws AclException {
        int tilde = value.indexOf('~');
        String access = value.substring(0, Math.max(0, tilde)).toUpperCase(Locale.ROOT);
        boolean isValid = !access.isEmpty() && access.chars().allMatch(c -> c == 'R' || c == 'W');
        if (!isValid && !hasAllKeys) {
            throw new AclException(SYNTAX);
        }
        key(value.substring(tilde + 1), access.indexOf('R') >= 0, access.indexOf('W') >= 0);
    }

    private void key(String pattern, boolean isRead, boolean isWrite) throws AclException {
        if (hasAllKeys) {
            throw new AclException("Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does "
                    + "not have any effect. Try 'resetkeys' to start with an empty list of patterns");
        }
        checkPattern(pattern);
        for (int i = 0; i < keys.size(); i++) {
            KeyRule old = keys.get(i);
            if (old.pattern().equals(pattern)) {
                keys.set(i, KeyRule.of(pattern, old.isRead() || isRead, old.isWrite() || isWrite));
                return;
            }
        }
        keys.add(KeyRule.of(pattern, isRead, isWrite));
    }

    private void allChannels() {
        channels.clear();
        hasAllChannels = true;
    }

    private void noChannels() {
        channels.clear();
        hasAllChannels = false;
    }

    private void channel(String pattern) throws AclException {
        if (hasAllChannels) {
            throw new AclException("Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and "
                    + "does not have any effect. Try 'resetchannels' to start with an empty list of channels");
        }
        checkPattern(pattern);
        if (!channels.contains(pattern)) {
            channels.add(pattern);
        }
    }

    /** A pattern is a word: else a file of users couldn't be read again. */
    private static void checkPattern(String pattern) throws AclException {
        if (pattern.chars().anyMatch(c -> c == 0 || Character.isWhitespace(c))) {
            throw new AclException(SYNTAX);
        }
    }
}
