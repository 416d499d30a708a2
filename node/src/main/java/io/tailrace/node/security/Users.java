package io.tailrace.node.security;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;

/**
 * The users of a node, by name. There always is one called {@value #DEFAULT}: who connects is that one while it needs no
 * password. Any thread; changes are made one at a time, and each is all or nothing.
 */
public final class Users {
    public static final String DEFAULT = "default";

    private static final String NOT_LOADED =
            " WARNING: ACL errors detected, no change to the previously active ACL rules was" + " performed";

    private final CommandCatalogue catalogue;
    private final Map<String, User> byName = new ConcurrentSkipListMap<>();
    private final User byDefault;
    private final AclFile file;
    private BooleanSupplier hasChannelsByDefault = () -> false;

    private Users(CommandCatalogue catalogue, Path file) {
        this.catalogue = catalogue;
        this.file = file == null ? null : new AclFile(file, catalogue);
        byDefault = new User(DEFAULT, Rights.all(catalogue));
        byName.put(DEFAULT, byDefault);
    }

    /**
     * Begins with the users of a file, if there is one.
     *
     * @param password of the default user, a character a byte, empty for none; the file wins where it names that user
     * @param file or null
     */
    public static Users open(CommandCatalogue catalogue, String password, Path file) throws AclException {
        return open(catalogue, password, file, () -> false);
    }

    static Users open(CommandCatalogue catalogue, String password, Path file, BooleanSupplier hasChannels)
            throws AclException {
        Users users = new Users(catalogue, file);
        users.channelsByDefault(hasChannels);
        users.requirePassword(password);
        if (file != null) {
            users.load("");
        }
        return users;
    }

    /** @param isWanted whether a user that is made may use all channels */
    void channelsByDefault(BooleanSupplier isWanted) {
        hasChannelsByDefault = isWanted;
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

    /** Who a new connection is: the default user, or null for none yet. */
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
        boolean hasChannels = hasChannelsByDefault.getAsBoolean();
        Rights before = user == null ? Rights.none(catalogue, hasChannels) : user.rights();
        RightsEditor editor = new RightsEditor(catalogue, before, hasChannels);
        for (String rule : RuleWords.joined(rules)) {
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

    /** Gives the default user this password, of a character a byte, and no other; none for the empty one. */
    public synchronized void requirePassword(String clearPassword) {
        RightsEditor editor = new RightsEditor(catalogue, byDefault.rights(), false);
        editor.onlyPassword(clearPassword.isEmpty() ? null : Password.of(clearPassword));
        byDefault.rights(editor.rights());
    }

    public boolean hasFile() {
        return file != null;
    }

    /**
     * Takes the file's users instead of the present ones; the default user stays when the file doesn't name it. Who is logged in
     * as another user is to be disconnected then.
     *
     * @throws AclException with what is wrong in which lines; then nothing is changed
     */
    public void load() throws AclException {
        load(NOT_LOADED);
    }

    private synchronized void load(String afterErrors) throws AclException {
        Map<String, Rights> read = file.read(afterErrors, hasChannelsByDefault.getAsBoolean());
        for (User user : all()) {
            Rights rights = read.remove(user.name());
            if (rights != null) {
                user.rights(rights);
            } else if (user != byDefault) {
                delete(List.of(user.name()));
            }
        }
        read.forEach((name, rights) -> byName.put(name, new User(name, rights)));
    }

    /** Writes the users to the file, by way of another one. */
    public synchronized void save() throws AclException {
        file.write(all().stream().map(User::line).toList());
    }
}
