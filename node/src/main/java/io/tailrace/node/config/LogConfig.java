package io.tailrace.node.config;

import io.tailrace.node.log.LogFormat;
import io.tailrace.node.log.LogLevel;
import io.tailrace.node.log.ProcessLog;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The settings of the process's log.
 *
 * @param level how much is logged
 * @param format of each line
 * @param target where it goes
 */
public record LogConfig(LogLevel level, LogFormat format, ProcessLog.Target target) {

    /** That of a node's settings. */
    public static LogConfig of(NodeConfig config) {
        String file = config.text(Setting.LOG_FILE);
        return new LogConfig(
                LogLevel.valueOf(config.text(Setting.LOG_LEVEL).toUpperCase(Locale.ROOT)),
                LogFormat.valueOf(config.text(Setting.LOG_FORMAT).toUpperCase(Locale.ROOT)),
                new ProcessLog.Target(file.isEmpty() ? null : Path.of(file), config.number(Setting.LOG_FILE_SIZE), (int)
                        config.number(Setting.LOG_FILE_COUNT)));
    }
}
