package io.tailrace.node.security;

import java.util.ArrayList;
import java.util.List;

/** Rules as words, of which a selector in parentheses may take several. Stateless. */
final class RuleWords {
    private RuleWords() {}

    /**
     * Joins the words of each selector.
     *
     * @throws AclException when one has no end
     */
    static List<String> joined(List<String> words) throws AclException {
        List<String> rules = new ArrayList<>();
        int begin = -1;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (begin < 0 && word.startsWith("(") && !word.endsWith(")")) {
                begin = i;
            } else if (begin >= 0 && word.endsWith(")")) {
                rules.add(String.join(" ", words.subList(begin, i + 1)));
                begin = -1;
            } else if (begin < 0) {
                rules.add(word);
            }
        }
        if (begin >= 0) {
            throw new AclException("Unmatched parenthesis in acl selector starting at '" + words.get(begin) + "'.");
        }
        return rules;
    }
}
