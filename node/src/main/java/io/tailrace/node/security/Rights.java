package io.tailrace.node.security;

import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A user's permissions and how it logs in. Immutable; texts have a character a byte.
 *
 * @param login how it logs in; of no meaning in a selector
 * @param keys empty, and not looked at, with {@code hasAllKeys}
 * @param channels patterns; empty, and not looked at, with {@code hasAllChannels}
 * @param selectors more sets of rules, one of which is enough; they have none of their own
 */
record Rights(
        Login login,
        CommandRules commands,
        boolean hasAllKeys,
        List<KeyRule> keys,
        boolean hasAllChannels,
        List<String> channels,
        List<Rights> selectors)
        implements Access {

    /**
     * Whether and how one logs in as a user.
     *
     * @param isOn whether the user may log in
     * @param needsNoPassword whether any password will do
     * @param payload {@code sanitize-payload}, {@code skip-sanitize-payload} or nothing: Redis's, kept and without effect
     * @param passwords any of which will do
     */
    record Login(boolean isOn, boolean needsNoPassword, String payload, List<Password> passwords) {
        private static final Login NONE = new Login(false, false, "", List.of());

        Login {
            passwords = List.copyOf(passwords);
        }
    }

    Rights {
        keys = List.copyOf(keys);
        channels = List.copyOf(channels);
        selectors = List.copyOf(selectors);
    }

    /** Of a user that is new. */
    static Rights none(CommandCatalogue catalogue) {
        return none(catalogue, false);
    }

    /** The same, with all channels or none. */
    static Rights none(CommandCatalogue catalogue, boolean hasChannels) {
        return new Rights(
                Login.NONE, CommandRules.none(catalogue), false, List.of(), hasChannels, List.of(), List.of());
    }

    /** Of the default user as long as nothing is said: everything, without a password. */
    static Rights all(CommandCatalogue catalogue) {
        return new Rights(
                new Login(true, true, "", List.of()),
                CommandRules.all(catalogue),
                true,
                List.of(),
                true,
                List.of(),
                List.of());
    }

    boolean isOn() {
        return login.isOn();
    }

    boolean needsNoPassword() {
        return login.needsNoPassword();
    }

    List<Password> passwords() {
        return login.passwords();
    }

    /** Whether there is nothing to check. */
    boolean isUnlimited() {
        return commands.isAll() && hasAllKeys && hasAllChannels;
    }

    @Override
    public boolean allowsCommand(String fullName, Arguments request) {
        return commands.allows(fullName, request);
    }

    @Override
    public boolean allowsKey(long address, int length, boolean reads, boolean writes) {
        if (hasAllKeys) {
            return true;
        }
        for (int i = 0; i < keys.size(); i++) {
            KeyRule rule = keys.get(i);
            boolean isEnough = (rule.isRead() || !reads) && (rule.isWrite() || !writes);
            if (isEnough && rule.glob().matches(address, length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean readsAllKeys() {
        return hasAllKeys
                || keys.stream()
                        .anyMatch(rule -> rule.isRead() && rule.pattern().equals("*"));
    }

    @Override
    public boolean allowsChannel(long address, int length, String text, boolean isPattern) {
        if (hasAllChannels) {
            return true;
        }
        return isPattern
                ? channels.contains(text)
                : channels.stream().anyMatch(channel -> glob(channel).matches(address, length));
    }

    private static GlobPattern glob(String pattern) {
        return new GlobPattern(pattern.getBytes(StandardCharsets.ISO_8859_1));
    }

    List<String> flags() {
        return Stream.of(isOn() ? "on" : "off", needsNoPassword() ? "nopass" : "", login.payload())
                .filter(flag -> !flag.isEmpty())
                .toList();
    }

    String keyText() {
        return hasAllKeys ? "~*" : keys.stream().map(KeyRule::text).collect(Collectors.joining(" "));
    }

    String channelText() {
        return hasAllChannels
                ? "&*"
                : channels.stream().map(channel -> "&" + channel).collect(Collectors.joining(" "));
    }

    /** As in a file of users, after the name. */
    String text() {
        return Stream.of(
                        flags().stream(),
                        passwords().stream().map(password -> "#" + password.hash()),
                        Stream.of(rulesText()),
                        selectors.stream().map(selector -> "(" + selector.rulesText() + ")"))
                .flatMap(parts -> parts)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /** Keys, channels and commands. */
    private String rulesText() {
        String shownChannels = hasAllChannels ? "&*" : ("resetchannels " + channelText()).trim();
        return Stream.of(keyText(), shownChannels, commands.text())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }
}
