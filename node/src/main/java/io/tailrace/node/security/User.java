package io.tailrace.node.security;

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
        return isUnlimited || rights.commands().allows(command);
    }

    public boolean allowsKey(long address, int length, boolean reads, boolean writes) {
        return isUnlimited || rights.allowsKey(address, length, reads, writes);
    }

    /** Whether it may read keys of any name. */
    public boolean readsAllKeys() {
        return isUnlimited || rights.readsAllKeys();
    }

    /** @param isPattern whether it is a pattern to subscribe to */
    public boolean allowsChannel(long address, int length, String text, boolean isPattern) {
        return isUnlimited || rights.allowsChannel(address, length, text, isPattern);
    }

    /** As ACL GETUSER shows it. */
    public Description describe() {
        Rights now = rights;
        return new Description(
                now.flags(),
                now.passwords().stream().map(Password::hash).toList(),
                now.commands().text(),
                now.keyText(),
                now.channelText());
    }

    /**
     * What a user may do, in Redis's words.
     *
     * @param passwords their SHA-256, in hex
     */
    public record Description(
            List<String> flags, List<String> passwords, String commands, String keys, String channels) {}

    /** The line in a file of users, and of ACL LIST. */
    public String line() {
        return "user " + name + " " + rights.text();
    }

    @Override
    public String toString() {
        return name;
    }
}
