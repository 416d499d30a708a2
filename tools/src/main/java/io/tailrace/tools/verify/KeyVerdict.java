package io.tailrace.tools.verify;

import io.tailrace.tools.verify.NodeDigests.Keys;
import io.tailrace.tools.verify.NodeDigests.Name;
import io.tailrace.tools.verify.NodeDigests.State;
import java.util.List;

/**
 * Whether a key is the same on nodes that were looked at between different records. Versions are the same on all nodes whose logs
 * are, so they tell what a node that has come to an index must have.
 *
 * <pre>
 *  one node               another                          it is
 *  version v, digest d    version v, digest d              the same
 *  version v              version v, another digest        different
 *  version v, later       an older one, at index >= v      different: it has the record, and not what that wrote
 *                         an older one, at index < v       not settled
 *  version v, at x        none, at v..x                    different: nothing that this node has removes it
 *                         none, before v or after x        not settled: written or removed by what one of them has not yet
 * </pre>
 */
enum KeyVerdict {
    /** As far as it was looked at. */
    SAME,
    /** Content must be read on its own. */
    LARGE,
    /** Look again: one node has what the other has not yet. */
    UNSETTLED,
    /** Nothing that is to come can explain it. */
    DIFFERENT;

    /** Of all nodes: each with the first one. */
    static KeyVerdict of(Name name, List<Keys> seen) {
        KeyVerdict worst = SAME;
        for (int i = 1; i < seen.size(); i++) {
            KeyVerdict each = of(name, seen.get(0), seen.get(i));
            worst = each.ordinal() > worst.ordinal() ? each : worst;
        }
        return worst;
    }

    private static KeyVerdict of(Name name, Keys one, Keys other) {
        if (one == null || other == null) {
            return UNSETTLED;
        }
        State a = one.states().get(name);
        State b = other.states().get(name);
        if (a == null && b == null) {
            return SAME;
        }
        if (a == null) {
            return missing(b, other.index(), one.index());
        }
        if (b == null) {
            return missing(a, one.index(), other.index());
        }
        if ((a.isLarge() || b.isLarge()) && a.isSameVersion(b)) {
            return LARGE;
        }
        if (a.digest().equals(b.digest())) {
            return SAME;
        }
        if (a.isSameVersion(b)) {
            return DIFFERENT;
        }
        long olderAt = a.isLaterThan(b) ? other.index() : one.index();
        long later = Math.max(a.version(), b.version());
        return olderAt >= later ? DIFFERENT : UNSETTLED;
    }

    private static KeyVerdict missing(State there, long thereAt, long missingAt) {
        return missingAt >= there.version() && missingAt <= thereAt ? DIFFERENT : UNSETTLED;
    }
}
