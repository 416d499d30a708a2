package io.tailrace.node.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The configuration that applies now. Any thread reads it, as often as once per duty cycle: a read is one volatile
 * load. CONFIG SET puts a whole new configuration in its place, so several settings change together or not at all.
 */
public final class LiveSettings {

    /** Something that is made of settings and rebuilt when they change. */
    @FunctionalInterface
    public interface Dependent {
        /**
         * Gets ready for another configuration.
         *
         * @param named those that are set, to other values or to the same
         * @return what is done once it applies; nothing is when another dependent can't take it
         * @throws ConfigException when it can't be
         */
        Runnable prepare(NodeConfig next, Set<Setting> named) throws ConfigException;
    }

    private final List<Dependent> dependents = new CopyOnWriteArrayList<>();
    private volatile NodeConfig current;

    public LiveSettings(NodeConfig initial) {
        this.current = initial;
    }

    public NodeConfig current() {
        return current;
    }

    /** From now on it is asked before each change. */
    public void add(Dependent dependent) {
        dependents.add(dependent);
    }

    /**
     * Changes settings of the running node, all or none.
     *
     * @param changes the text of a secret has a character a byte
     * @throws ConfigException names the first setting that cannot be changed, or whose value is not allowed
     */
    public synchronized void change(Map<Setting, String> changes) throws ConfigException {
        NodeConfigBuilder builder = current.toBuilder();
        for (Map.Entry<Setting, String> change : changes.entrySet()) {
            Setting setting = change.getKey();
            if (!setting.isLive()) {
                throw new ConfigException(setting.key(), change.getValue(), "CONFIG SET", "can't set immutable config");
            }
            builder.setAsIs(setting, change.getValue(), "CONFIG SET");
        }
        NodeConfig next = builder.build();
        List<Runnable> prepared = new ArrayList<>();
        for (Dependent dependent : dependents) {
            prepared.add(dependent.prepare(next, changes.keySet()));
        }
        current = next;
        prepared.forEach(Runnable::run);
    }
}
