package io.tailrace.node.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds settings by any of their names. */
public final class SettingNames {
    private static final Map<String, Setting> BY_NAME = Stream.of(Setting.values())
            .flatMap(setting ->
                    Stream.of(setting.key(), setting.alias()).distinct().map(name -> Map.entry(name, setting)))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private SettingNames() {}

    /** The setting of a key or of Redis's name for it, in any case. */
    public static Optional<Setting> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    /** What to say about a name that is not a setting. */
    static String suggestion(String name) {
        return EditDistance.suggestion(
                name, Stream.of(Setting.values()).map(Setting::key).toList());
    }
}
