package io.tailrace.tools;

import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.NodeConfigBuilder;
import io.tailrace.node.config.Setting;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;

/** Reads a node's settings as a command line, the environment and a file say. */
final class CommandSettings {
    private CommandSettings() {}

    /** @param file null for the one that the environment names, if it does */
    static NodeConfig read(CommandSpec spec, Path file, Map<String, String> environment) throws CommandFailure {
        NodeConfigBuilder builder = NodeConfig.builder();
        try {
            Path configFile = file == null && environment.containsKey("TAILRACE_CONFIG")
                    ? Path.of(environment.get("TAILRACE_CONFIG"))
                    : file;
            if (configFile != null) {
                builder.file(configFile);
            }
            builder.environment(environment);
            for (Map.Entry<Setting, String> flag : SettingOptions.given(spec).entrySet()) {
                refuseSecret(flag.getKey());
                builder.set(flag.getKey(), flag.getValue(), SettingOptions.flag(flag.getKey()));
            }
            return builder.build();
        } catch (ConfigException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage());
        }
    }

    /** Any user of the machine can read the arguments of all processes. */
    private static void refuseSecret(Setting setting) throws CommandFailure {
        if (setting.isSecret()) {
            String flag = SettingOptions.flag(setting);
            throw new CommandFailure(
                    ExitCode.USAGE,
                    flag + ": a password is not taken from the command line, which every user of the machine can read;"
                            + " use " + flag + "-file FILE, the variable " + setting.variable() + ", or "
                            + setting.key() + " in the file of --config");
        }
    }
}
