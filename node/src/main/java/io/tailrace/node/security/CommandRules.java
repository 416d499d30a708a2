package io.tailrace.node.security;

import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which commands a user may run. Immutable.
 *
 * <p>As in Redis 7.0 it is one bit a command, and one for commands that are not known yet; the rules that led there are not
 * kept. They are shown as the shortest that Redis finds: from all or none, the categories that fit best, then single commands.
 */
final class CommandRules {
    private static final String ALL = "+@all";
    private static final String NONE = "-@all";
    static final String UNKNOWN = "Unknown command or category name in ACL";

    private final CommandCatalogue catalogue;
    private final boolean hasFuture;
    private final BitSet allowed;
    /** Of commands that are forbidden but for these: by the command's place. */
    private final Map<Integer, List<String>> firstArguments;

    private CommandRules(
            CommandCatalogue catalogue, boolean hasFuture, BitSet allowed, Map<Integer, List<String>> firstArguments) {
        this.catalogue = catalogue;
        this.hasFuture = hasFuture;
        this.allowed = allowed;
        this.firstArguments = firstArguments;
    }

    static CommandRules all(CommandCatalogue catalogue) {
        return new CommandRules(catalogue, true, start(catalogue, true), Map.of());
    }

    static CommandRules none(CommandCatalogue catalogue) {
        return new CommandRules(catalogue, false, start(catalogue, false), Map.of());
    }

    private static BitSet start(CommandCatalogue catalogue, boolean hasAll) {
        BitSet bits = new BitSet(catalogue.size());
        bits.set(0, catalogue.size(), hasAll);
        return bits;
    }

    /** Whether no command, of this version or a later one, is forbidden. */
    boolean isAll() {
        return hasFuture && allowed.cardinality() == catalogue.size();
    }

    /** @param fullName in lower case */
    boolean allows(String fullName) {
        int place = catalogue.place(fullName);
        return place < 0 ? hasFuture : allowed.get(place);
    }

    /** The same of a request, whose first argument may decide. */
    boolean allows(String fullName, Arguments request) {
        if (allows(fullName)) {
            return true;
        }
        List<String> arguments = firstArguments.get(catalogue.place(fullName));
        int first = fullName.indexOf('|') < 0 ? 1 : 2;
        if (arguments == null || request.count() <= first) {
            return false;
        }
        String given = request.ascii(first);
        return arguments.stream().anyMatch(given::equalsIgnoreCase);
    }

    /**
     * With one more rule: {@code +get}, {@code -client|kill}, {@code +@read}, in any case.
     *
     * @throws AclException for what is none, in Redis's words
     */
    CommandRules with(String text) throws AclException {
        String rule = text.toLowerCase(Locale.ROOT);
        boolean isGiven = rule.charAt(0) == '+';
        String target = rule.substring(1);
        if (rule.equals(ALL) || rule.equals(NONE)) {
            return isGiven ? all(catalogue) : none(catalogue);
        }
        BitSet decided;
        if (target.startsWith("@")) {
            if (!CommandCatalogue.CATEGORIES.contains(target.substring(1))) {
                throw new AclException(UNKNOWN);
            }
            decided = catalogue.decidedBy(target.substring(1));
        } else {
            if (isGiven && hasFirstArgument(target)) {
                return withFirstArgument(text.substring(1));
            }
            check(target, isGiven);
            decided = catalogue.named(target);
        }
        BitSet changed = (BitSet) allowed.clone();
        set(changed, decided, isGiven);
        Map<Integer, List<String>> kept = new TreeMap<>(firstArguments);
        kept.keySet().removeIf(decided::get);
        return new CommandRules(catalogue, hasFuture, changed, kept);
    }

    /** Whether a rule is about a command without subcommands, by its first argument. */
    private boolean hasFirstArgument(String target) {
        int split = target.lastIndexOf('|');
        String command = target.substring(0, Math.max(0, split));
        return split >= 0
                && split < target.length() - 1
                && command.indexOf('|') < 0
                && catalogue.isKnown(command)
                && !catalogue.isContainer(command);
    }

    private CommandRules withFirstArgument(String target) {
        int split = target.lastIndexOf('|');
        String argument = target.substring(split + 1);
        Map<Integer, List<String>> more = new TreeMap<>(firstArguments);
        int place = catalogue.place(target.substring(0, split).toLowerCase(Locale.ROOT));
        List<String> arguments = new ArrayList<>(more.getOrDefault(place, List.of()));
        if (arguments.stream().noneMatch(argument::equalsIgnoreCase)) {
            arguments.add(argument);
        }
        more.put(place, arguments);
        return new CommandRules(catalogue, hasFuture, allowed, more);
    }

    private void check(String target, boolean isGiven) throws AclException {
        int split = target.lastIndexOf('|');
        if (isGiven && split >= 0) {
            String parent = target.substring(0, split);
            if (!catalogue.isKnown(parent)) {
                throw new AclException(UNKNOWN);
            }
            if (parent.indexOf('|') >= 0) {
                throw new AclException("Allowing first-arg of a subcommand is not supported");
            }
            if (split == target.length() - 1) {
                throw new AclException("Syntax error");
            }
        }
        if (!catalogue.isKnown(target)) {
            throw new AclException(UNKNOWN);
        }
    }

    private static void set(BitSet bits, BitSet which, boolean isSet) {
        if (isSet) {
            bits.or(which);
        } else {
            bits.andNot(which);
        }
    }

    /** As ACL LIST shows them. */
    String text() {
        List<String> rules = new ArrayList<>(List.of(hasFuture ? ALL : NONE));
        BitSet shown = start(catalogue, hasFuture);
        BitSet left = (BitSet) allowed.clone();
        List<String> categories = new ArrayList<>(CommandCatalogue.CATEGORIES);
        for (String best = best(left, categories); best != null; best = best(left, categories)) {
            BitSet decided = catalogue.decidedBy(best);
            rules.add((hasFuture ? "-@" : "+@") + best);
            set(shown, decided, !hasFuture);
            set(left, decided, hasFuture);
            categories.remove(best);
        }
        for (int place = 0; place < catalogue.size(); place++) {
            if (shown.get(place) != allowed.get(place)) {
                rules.add((allowed.get(place) ? "+" : "-") + catalogue.name(place));
                set(shown, catalogue.named(catalogue.name(place)), allowed.get(place));
            }
            if (!allowed.get(place)) {
                for (String argument : firstArguments.getOrDefault(place, List.of())) {
                    rules.add("+" + catalogue.name(place) + "|" + argument);
                }
            }
        }
        return String.join(" ", rules);
    }

    /**
     * The category that has the fewest commands which are not meant, and among those the most that are; more of these than of
     * the others in any case. Null for none.
     */
    private String best(BitSet left, List<String> categories) {
        String best = null;
        int fewestWrong = Integer.MAX_VALUE;
        int mostRight = 0;
        for (String category : categories) {
            BitSet members = catalogue.redisCommands(category);
            int all = members.cardinality();
            members.and(left);
            int on = members.cardinality();
            int right = hasFuture ? all - on : on;
            int wrong = all - right;
            if (right > wrong && (wrong < fewestWrong || wrong == fewestWrong && right > mostRight)) {
                best = category;
                fewestWrong = wrong;
                mostRight = right;
            }
        }
        return best;
    }
}
