package io.tailrace.node.value;

import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;

/**
 * Up to where OBJECT ENCODING calls a collection small, by Redis's settings of these names as they are now. It says nothing about
 * how this node stores it, see {@link CollectionLimits}. Any thread; a look costs no garbage.
 */
public final class EncodingLimits {
    private final LiveSettings settings;

    public EncodingLimits(LiveSettings settings) {
        this.settings = settings;
    }

    /** Redis's defaults. */
    EncodingLimits() {
        try {
            settings = new LiveSettings(NodeConfig.builder().build());
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private long most(Setting setting) {
        return settings.current().number(setting);
    }

    public long hashEntries() {
        return most(Setting.HASH_MAX_LISTPACK_ENTRIES);
    }

    /** Bytes. */
    public long hashValue() {
        return most(Setting.HASH_MAX_LISTPACK_VALUE);
    }

    public long intsetEntries() {
        return most(Setting.SET_MAX_INTSET_ENTRIES);
    }

    public long sortedSetEntries() {
        return most(Setting.ZSET_MAX_LISTPACK_ENTRIES);
    }

    /** Bytes. */
    public long sortedSetValue() {
        return most(Setting.ZSET_MAX_LISTPACK_VALUE);
    }

    /** Elements of a list's node when positive; from -1 to -5 its size, of 4 to 64 kb. */
    public int listNode() {
        return (int) most(Setting.LIST_MAX_LISTPACK_SIZE);
    }

    /** 0 for no limit: where streams are cut when they are trimmed inexactly. */
    public int streamNodeBytes() {
        return (int) Math.min(Integer.MAX_VALUE, most(Setting.STREAM_NODE_MAX_BYTES));
    }

    /** 0 for no limit. */
    public int streamNodeEntries() {
        return (int) Math.min(Integer.MAX_VALUE, most(Setting.STREAM_NODE_MAX_ENTRIES));
    }
}
