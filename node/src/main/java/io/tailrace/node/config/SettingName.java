package io.tailrace.node.config;

/**
 * What a setting is called, what it is unless it is set, and when it takes effect.
 *
 * @param key lower case words with hyphens
 * @param alias Redis's name for it, or the key where Redis has no other
 * @param isLive whether CONFIG SET may change it in a running node; else it is read once at the start
 */
record SettingName(String key, String alias, String defaultText, boolean isLive) {
    /** Of a setting that is read once. */
    static SettingName start(String key, String defaultText) {
        return new SettingName(key, key, defaultText, false);
    }

    /** Of a setting that CONFIG SET may change. */
    static SettingName live(String key, String defaultText) {
        return new SettingName(key, key, defaultText, true);
    }

    /** The same with Redis's name. */
    SettingName or(String redisName) {
        return new SettingName(key, redisName, defaultText, isLive);
    }
}
