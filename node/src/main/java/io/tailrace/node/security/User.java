package io.tailrace.node.security;

import java.util.ArrayList;
import java.util.List;

/**
 * A user as connections hold it: its rights may change under them, from one command to the next. Any thread reads; writes
 * are {@link Users}'s.
 */
public final class User {
    private final String name;
    private volatile Rights rights;
    private volatile boolean isUnlimited;

    User(String name, Rights rights) {
        this.name = name;
        rights(rights);
    }

    /** A character a byte. */
    public String name() {
        return name;
    }

    /** Whether nothing has to be checked for it: one load, for each command. */
    public boolean isUnlimited() {
        return isUnlimited;
    }

    Rights rights() {
        return rights;
    }

    void rights(Rights changed) {
        isUnlimited = changed.isUnlimited();
        rights = changed;
    }

    /** @param command its full name: {@code client|kill} */
    public boolean allowsCommand(String command) {
        Rights now = rights;
        return isUnlimited
                || now.commands().allows(command)
                || now.selectors().stream()
                        .anyMatch(selector -> selector.commands().allows(command));
    }

    /** The sets of rules that it has, one of which has to allow a request; its own first. */
    public List<Access> accesses() {
        Rights now = rights;
        if (now.selectors().isEmpty()) {
            return List.of(now);
        }
        List<Access> all = new ArrayList<>(List.of(now));
        all.addAll(now.selectors());
        return all;
    }

    /** @param isPattern whether it is a pattern to subscribe to */
    public boolean allowsChannel(long address, int length, String text, boolean isPattern) {
        return isUnlimited
                || accesses().stream().anyMatch(access -> access.allowsChannel(address, length, text, isPattern));
    }

    /** As ACL GETUSER shows it. */
    public Description describe() {
        return describe(rights);
    }

    private static Description describe(Rights now) {
        return new Description(
                now.flags(),
                now.passwords().stream().map(Password::hash).toList(),
                now.commands().text(),
                now.keyText(),
                now.channelText(),
                now.selectors().stream().map(User::describe).toList());
    }

    /**
     * What a user may do, in Redis's words.
     *
     * @param passwords their SHA-256, in hex
     */
    public record Description(
            List<String> flags,
            List<String> passwords,
            String commands,
            String keys,
            String channels,
            List<Description> selectors) {}

    /** The line in a file of users, and of ACL LIST. */
    public String line() {
        return "user " + name + " " + rights.text();
    }

    @Override
    public String toString() {
        return name;
    }
}
