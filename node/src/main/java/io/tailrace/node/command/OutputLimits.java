package io.tailrace.node.command;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * {@code client-output-buffer-limit}: five settings of this node in one, a class of clients with its limits after the other.
 * Stateless.
 */
final class OutputLimits {
    static final String NAME = "client-output-buffer-limit";

    private static final int WORDS = 4;
    private static final String WRONG_VALUE =
            "Error in hard, soft or soft_seconds setting in buffer limit configuration.";

    private OutputLimits() {}

    /** As CONFIG GET shows it. */
    static String text(NodeConfig config) {
        return "normal " + config.text(Setting.CLIENT_OUTPUT_LIMIT) + " "
                + config.text(Setting.CLIENT_OUTPUT_SOFT_LIMIT) + " slave " + config.text(Setting.REPLICA_OUTPUT_LIMIT)
                + " 0 0 pubsub " + config.text(Setting.PUBSUB_OUTPUT_LIMIT) + " "
                + config.text(Setting.PUBSUB_OUTPUT_SOFT_LIMIT);
    }

    /**
     * What is set by it.
     *
     * @throws IllegalArgumentException says in Redis's words what is wrong
     */
    static Map<Setting, String> settings(String text) {
        String[] words = text.trim().split("\\s+");
        if (words.length % WORDS != 0) {
            throw new IllegalArgumentException("Wrong number of arguments in buffer limit configuration.");
        }
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        for (int i = 0; i < words.length; i += WORDS) {
            String soft = words[i + 2] + " " + words[i + 3];
            if (!words[i + 1].matches("\\d+[kKmMgG]?[bB]?") || !soft.matches("\\d+[kKmMgG]?[bB]? \\d{1,9}")) {
                throw new IllegalArgumentException(WRONG_VALUE);
            }
            switch (words[i].toLowerCase(Locale.ROOT)) {
                case "normal" -> {
                    settings.put(Setting.CLIENT_OUTPUT_LIMIT, words[i + 1]);
                    settings.put(Setting.CLIENT_OUTPUT_SOFT_LIMIT, soft);
                }
                case "pubsub" -> {
                    settings.put(Setting.PUBSUB_OUTPUT_LIMIT, words[i + 1]);
                    settings.put(Setting.PUBSUB_OUTPUT_SOFT_LIMIT, soft);
                }
                case "slave", "replica" -> {
                    if (!soft.equals("0 0")) {
                        throw new IllegalArgumentException(
                                "a replica is never sent more than it reads, so it has no soft limit: use 0 0");
                    }
                    settings.put(Setting.REPLICA_OUTPUT_LIMIT, words[i + 1]);
                }
                default ->
                    throw new IllegalArgumentException("Invalid client class specified in buffer limit configuration.");
            }
        }
        return settings;
    }
}
