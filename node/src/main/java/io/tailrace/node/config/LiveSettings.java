package io.tailrace.node.config;

import java.util.Map;

/**
 * The configuration that is in force now. Any thread reads it, as often as once per duty cycle: a read is one volatile
 * load. CONFIG SET puts a whole new configuration in its place, so several settings change together or not at all.
 */
public final class LiveSettings {

    private volatile NodeConfig current;

    public LiveSettings(NodeConfig initial) {
        this.current = initial;
    }

    public NodeConfig current() {
        return current;
    }

    /**
     * Changes settings of the running node, all or none.
     *
     * @param changes the text of a secret has a character a byte
     * @throws ConfigException names the first setting that cannot be changed, or whose value is not allowed
     */
    public synchronized void change(Map<Setting, String> changes) throws ConfigException {
        NodeConfig.Builder builder = current.toBuilder();
        for (Map.Entry<Setting, String> change : changes.entrySet()) {
            Setting setting = change.getKey();
            if (!setting.isLive()) {
                throw new ConfigException(setting.key(), change.getValue(), "CONFIG SET", "can't set immutable config");
            }
            builder.setBytes(setting, change.getValue(), "CONFIG SET");
        }
        current = builder.build();
    }
}
