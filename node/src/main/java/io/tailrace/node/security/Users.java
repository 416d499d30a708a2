package io.tailrace.node.security;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The users of a node, by name. There always is one called {@value #DEFAULT}: who connects is that one while it needs no
 * password. Any thread; changes are made one at a time, and each is all or nothing.
 */
public final class Users {
    public static final String DEFAULT = "default";

    private final CommandCatalogue catalogue;
    private final Map<String, User> byName = new ConcurrentSkipListMap<>();
    private final User byDefault;
    private final AclFile file;

    private Users(CommandCatalogue catalogue, Path file) {
        this.catalogue = catalogue;
        this.file = file == null ? null : new AclFile(file, catalogue);
        byDefault = new User(DEFAULT, Rights.all(catalogue));
        byName.put(DEFAULT, byDefault);
    }

    /**
     * Begins with the users of a file, if there is one.
     *
     * @param password of the default user, empty for none; the file wins where it names that user
     * @param file or null
     */
    public static Users open(CommandCatalogue catalogue, String password, Path file) throws AclException {
        Users users = new Users(catalogue, file);
        users.requirePassword(password);
        if (file != null) {
            users.load();
        }
        return users;
    }

    public CommandCatalogue catalogue() {
        return catalogue;
    }

    public User byDefault() {
        return byDefault;
    }

    /** Whether one has to say who one is. */
    public boolean isLoginNeeded() {
        Rights rights = byDefault.rights();
        return !rights.isOn() || !rights.needsNoPassword();
    }

    /** Whether the default user has no password, which is what protected mode protects. */
    public boolean isOpenToAll() {
        return byDefault.rights().needsNoPassword();
    }

    /** Who a new connection is: the default user, or null for nobody yet. */
    public User atConnect() {
        return isLoginNeeded() ? null : byDefault;
    }

    /** The user of a name and a password, or null; takes as long whatever of them is wrong. */
    public User login(String name, byte[] clearPassword) {
        Password given = Password.of(clearPassword);
        User user = byName.get(name);
        Rights rights = user == null ? Rights.none(catalogue) : user.rights();
        boolean isRight = rights.needsNoPassword();
        for (Password password : rights.passwords()) {
            isRight |= password.equals(given);
        }
        return rights.isOn() && isRight ? user : null;
    }

    /** Or null. */
    public User find(String name) {
        return byName.get(name);
    }

    /** By name. */
    public Collection<User> all() {
        return List.copyOf(byName.values());
    }

    /**
     * Makes or changes a user.
     *
     * @throws AclException with what is wrong with which rule, for who sent it and not for the log; then nothing is changed
     */
    public synchronized User set(String name, List<String> rules) throws AclException {
        User user = byName.get(name);
        RightsEditor editor = new RightsEditor(catalogue, user == null ? Rights.none(catalogue) : user.rights());
        for (String rule : rules) {
            try {
                editor.apply(rule);
            } catch (AclException e) {
                throw new AclException("Error in ACL SETUSER modifier '" + rule + "': " + e.getMessage());
            }
        }
        if (user == null) {
            user = new User(name, editor.rights());
            byName.put(name, user);
        } else {
            user.rights(editor.rights());
        }
        return user;
    }

    /** As a rule may be shown to others than who wrote it. */
    static String withoutPassword(String rule) {
        return rule.startsWith(">") || rule.startsWith("<") ? rule.charAt(0) + "(password)" : rule;
    }

    /** Removes users; those that there were, whose connections are to be closed. Not the default one. */
    public synchronized List<User> delete(Collection<String> names) {
        List<User> gone = new ArrayList<>();
        for (String name : names) {
            User user = name.equals(DEFAULT) ? null : byName.remove(name);
            if (user != null) {
                user.rights(Rights.none(catalogue));
                gone.add(user);
            }
        }
        return gone;
    }

    /** Gives the default user this password and no other, or none for the empty one. */
    public synchronized void requirePassword(String clearPassword) {
        RightsEditor editor = new RightsEditor(catalogue, byDefault.rights());
        editor.onlyPassword(clearPassword.isEmpty() ? null : Password.of(clearPassword));
        byDefault.rights(editor.rights());
    }

    public boolean hasFile() {
        return file != null;
    }

    /**
     * Takes the file's users instead of the present ones; the default user stays when the file doesn't name it.
     *
     * @return users that are no more, or have other rights than before
     * @throws AclException with what is wrong in which line; then nothing is changed
     */
    public synchronized List<User> load() throws AclException {
        Map<String, Rights> read = file.read();
        List<User> changed = new ArrayList<>();
        for (User user : all()) {
            Rights rights = read.remove(user.name());
            boolean isSame =
                    rights != null && rights.text().equals(user.rights().text());
            if (rights != null) {
                user.rights(rights);
            } else if (user != byDefault) {
                delete(List.of(user.name()));
            }
            if (!isSame && user != byDefault) {
                changed.add(user);
            }
        }
        read.forEach((name, rights) -> byName.put(name, new User(name, rights)));
        return changed;
    }

    /** Writes the users to the file, by way of another one. */
    public synchronized void save() throws AclException {
        file.write(all().stream().map(User::line).toList());
    }
}
