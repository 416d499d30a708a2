package io.tailrace.node.security;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which commands a user may run: {@code +@all} or {@code -@all} and rules behind that, the later one winning. Immutable.
 *
 * <p>Rules that later ones make void are left out, so that granting and taking the same again doesn't grow the list. A
 * category that has no commands here stays: it may have some in a later version.
 */
final class CommandRules {
    private static final String ALL = "+@all";
    private static final String NONE = "-@all";

    private final CommandCatalogue catalogue;
    private final boolean beginsWithAll;
    private final List<String> rules;
    private final Set<String> allowed;

    private CommandRules(CommandCatalogue catalogue, boolean beginsWithAll, List<String> rules) {
        this.catalogue = catalogue;
        this.beginsWithAll = beginsWithAll;
        this.rules = List.copyOf(rules);
        allowed = Set.copyOf(evaluated());
    }

    static CommandRules all(CommandCatalogue catalogue) {
        return new CommandRules(catalogue, true, List.of());
    }

    static CommandRules none(CommandCatalogue catalogue) {
        return new CommandRules(catalogue, false, List.of());
    }

    /** Whether no command, of this version or a later one, is forbidden. */
    boolean isAll() {
        return beginsWithAll && rules.isEmpty();
    }

    /** @param fullName in lower case */
    boolean allows(String fullName) {
        return beginsWithAll && rules.isEmpty() || allowed.contains(fullName);
    }

    /**
     * With one more rule: {@code +get}, {@code -client|kill}, {@code +@read}, in any case.
     *
     * @throws AclException for what is none
     */
    CommandRules with(String text) throws AclException {
        String rule = text.toLowerCase(Locale.ROOT);
        String target = rule.substring(1);
        if (rule.equals(ALL) || rule.equals(NONE)) {
            return rule.equals(ALL) ? all(catalogue) : none(catalogue);
        }
        boolean isKnown = isCategory(rule)
                ? CommandCatalogue.CATEGORIES.contains(target.substring(1))
                : catalogue.isKnown(target);
        if (!isKnown) {
            throw new AclException("Unknown command or category name in ACL");
        }
        List<String> all = new ArrayList<>(rules);
        all.add(rule);
        return pruned(all);
    }

    private CommandRules pruned(List<String> all) {
        List<String> kept = new ArrayList<>();
        Set<String> decidedLater = new HashSet<>();
        Set<String> namedLater = new HashSet<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            Set<String> decided = decidedBy(all.get(i));
            boolean isVoid = namedLater.contains(all.get(i).substring(1))
                    || !decided.isEmpty() && decidedLater.containsAll(decided);
            if (!isVoid) {
                kept.add(0, all.get(i));
                decidedLater.addAll(decided);
                namedLater.add(all.get(i).substring(1));
            }
        }
        return new CommandRules(catalogue, beginsWithAll, withoutIdle(kept));
    }

    /** Leaves out single commands that are as the rule says already. */
    private List<String> withoutIdle(List<String> all) {
        List<String> kept = new ArrayList<>();
        for (String rule : all) {
            CommandRules before = new CommandRules(catalogue, beginsWithAll, kept);
            Set<String> decided = decidedBy(rule);
            boolean isIdle = !isCategory(rule)
                    && !decided.isEmpty()
                    && decided.stream().allMatch(name -> before.allows(name) == (rule.charAt(0) == '+'));
            if (!isIdle) {
                kept.add(rule);
            }
        }
        return kept;
    }

    private Set<String> evaluated() {
        Set<String> names = new HashSet<>(beginsWithAll ? catalogue.all() : Set.of());
        for (String rule : rules) {
            if (rule.charAt(0) == '+') {
                names.addAll(decidedBy(rule));
            } else {
                names.removeAll(decidedBy(rule));
            }
        }
        return names;
    }

    private Set<String> decidedBy(String rule) {
        return isCategory(rule) ? catalogue.ofCategory(rule.substring(2)) : catalogue.named(rule.substring(1));
    }

    private static boolean isCategory(String rule) {
        return rule.length() > 1 && rule.charAt(1) == '@';
    }

    /** As ACL LIST shows them. */
    String text() {
        String base = beginsWithAll ? ALL : NONE;
        return rules.isEmpty() ? base : base + " " + String.join(" ", rules);
    }
}
