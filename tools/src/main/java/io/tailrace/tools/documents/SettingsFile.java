package io.tailrace.tools.documents;

import io.tailrace.node.config.Setting;

/** A file for {@code tailrace node --config} that names every setting, with what it means and its default, and sets none. Stateless. */
public final class SettingsFile {
    private SettingsFile() {}

    /** Its text. */
    public static String text() {
        StringBuilder text = new StringBuilder(
                "# Settings of a Tailrace node: take the # away before what is to be another than the default.\n"
                        + "# Flags of the command line and variables (TAILRACE_SEGMENT_SIZE) are stronger than this file.\n");
        for (Setting setting : Setting.values()) {
            text.append("\n# ").append(setting.meaning()).append('\n');
            text.append("# ").append(setting.hint()).append('\n');
            text.append('#')
                    .append(setting.key())
                    .append('=')
                    .append(setting.defaultText())
                    .append('\n');
        }
        return text.toString();
    }
}
