package io.tailrace.node.command;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.services.NodeServices;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names and values that CONFIG shows. Stateless. */
final class ConfigNames {
    private static final Pattern RANGE = Pattern.compile("^a (number|size) from (\\S+) to ([^\\s,]+)");

    private ConfigNames() {}

    /**
     * All names with their values now.
     *
     * @param withSecrets whether that of secrets is theirs, and not nothing
     */
    static Map<String, String> values(NodeServices node, boolean withSecrets) {
        NodeConfig config = node.settings().current();
        Map<String, String> values = new LinkedHashMap<>();
        FixedSettings.addTo(values);
        for (Setting setting : Setting.values()) {
            String text = setting.isSecret() && !withSecrets ? "" : config.text(setting);
            values.put(setting.key(), text);
            values.put(setting.alias(), text);
        }
        values.put(OutputLimits.NAME, OutputLimits.text(config));
        values.put("dir", config.dataDir().toAbsolutePath().normalize().toString());
        HostPort primary = node.primary();
        String replicaOf = primary == null ? "" : primary.host() + " " + primary.port();
        values.put("replicaof", replicaOf);
        values.put("slaveof", replicaOf);
        return values;
    }

    /** Why a value can't be, in Redis's words where it has some. */
    static String refusal(Setting setting, String value, String reason) {
        String allowed = setting.allowed();
        if (value == null || !reason.endsWith(allowed) || allowed.startsWith("at most ")) {
            return reason;
        }
        if (allowed.startsWith("one of ")) {
            return "argument(s) must be one of the following: " + allowed.substring("one of ".length());
        }
        if (allowed.equals("yes or no")) {
            return "argument must be 'yes' or 'no'";
        }
        if (allowed.startsWith("made of the letters ")) {
            return "Invalid event class character. Use '" + allowed.substring("made of the letters ".length()) + "'.";
        }
        if (setting == Setting.LATENCY_TRACKING_INFO_PERCENTILES) {
            boolean isNumbers = value.matches("[-+0-9.eE\\s]*");
            String name = setting.key() + " parameters";
            return isNumbers ? name + " should sit between [0.0,100.0]" : "Invalid " + name;
        }
        if (setting == Setting.MAX_MEMORY_CLIENTS) {
            boolean isPercentage = value.matches("\\d+%") && !value.startsWith("0");
            return isPercentage
                    ? "percentage argument must be less or equal to 100"
                    : "argument must be a memory or percent value";
        }
        Matcher range = RANGE.matcher(allowed);
        if (!range.find()) {
            return reason;
        }
        String between = "argument must be between " + range.group(2) + " and " + range.group(3) + " inclusive";
        if (range.group(1).equals("number")) {
            return isLong(value) ? between : "argument couldn't be parsed into an integer";
        }
        return value.matches("\\d+[kKmMgG]?[bB]?") ? between : "argument must be a memory value";
    }

    /** Whether Redis would take it for a number, which may be one that is not allowed. */
    private static boolean isLong(String value) {
        try {
            return Long.toString(Long.parseLong(value)).equals(value);
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
