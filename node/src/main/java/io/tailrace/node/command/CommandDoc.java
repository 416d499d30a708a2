package io.tailrace.node.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of a command besides its row in the table: what COMMAND DOCS and the later parts of COMMAND INFO show.
 * Filled by {@link CommandDocs} before anybody else sees it, then only read.
 */
final class CommandDoc {
    static final CommandDoc EMPTY = new CommandDoc();

    /** Texts by Redis's names for them: summary, since, group, complexity, deprecated_since, replaced_by. */
    final Map<String, String> texts = new LinkedHashMap<>();

    final List<String> categories = new ArrayList<>();
    final List<String> tips = new ArrayList<>();
    final List<String> flags = new ArrayList<>();
    final List<KeySpec> keySpecs = new ArrayList<>();

    /** Pairs of a version and what changed with it. */
    final List<List<String>> history = new ArrayList<>();

    final List<Argument> arguments = new ArrayList<>();

    /**
     * Where keys are and what happens to them.
     *
     * @param lastKey relative to the first; negative from the end
     * @param notes or null
     */
    record KeySpec(List<String> flags, long index, long lastKey, long keyStep, long limit, String notes) {
        KeyPositions positions() {
            return new KeyPositions(
                    (int) index, (int) (lastKey >= 0 ? index + lastKey : lastKey), Math.max(1, (int) keyStep));
        }

        /** Whether the command tells something of the value. */
        boolean reads() {
            return flags.contains("access");
        }

        /** Whether it changes the value. */
        boolean writes() {
            return flags.contains("insert") || flags.contains("delete") || flags.contains("update");
        }

        /** Whether it depends on the arguments which of this it does. */
        boolean isVariable() {
            return flags.contains("variable_flags");
        }
    }

    /**
     * One argument of the syntax.
     *
     * @param attributes by Redis's names for them: token, since and others, and the flags separated by commas
     * @param parts of an argument that consists of such, or a choice of which it is one
     */
    record Argument(String name, String type, Map<String, String> attributes, List<Argument> parts) {}
}
