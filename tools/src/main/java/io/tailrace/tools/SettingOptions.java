package io.tailrace.tools;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives a command one option for each {@link Setting}. The texts go unparsed to {@link NodeConfig}, which knows the rules. */
final class SettingOptions {

    private SettingOptions() {}

    static CommandSpec addTo(CommandSpec spec) {
        for (Setting setting : Setting.values()) {
            spec.addOption(option(setting));
        }
        return spec;
    }

    /** The settings that the command line names, with their texts. */
    static Map<Setting, String> given(CommandSpec spec) {
        Map<Setting, String> given = new TreeMap<>();
        for (Setting setting : Setting.values()) {
            Optional.ofNullable(spec.findOption(flag(setting)).<String>getValue())
                    .ifPresent(text -> given.put(setting, text));
        }
        return given;
    }

    static String flag(Setting setting) {
        return "--" + setting.key();
    }

    private static OptionSpec option(Setting setting) {
        String byDefault = setting.defaultText().isEmpty() ? "" : " (default: " + setting.defaultText() + ")";
        OptionSpec.Builder option = OptionSpec.builder(flag(setting))
                .type(String.class)
                .arity("1")
                .paramLabel(setting.hint())
                .description((setting.meaning() + byDefault).replace("%", "%%"));
        if (setting == Setting.ENABLE_DEBUG_COMMAND) {
            option.arity("0..1").fallbackValue("yes");
        }
        return option.build();
    }
}
