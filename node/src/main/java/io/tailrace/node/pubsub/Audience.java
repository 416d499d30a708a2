package io.tailrace.node.pubsub;

import java.util.LinkedHashSet;
import java.util.Set;

/** The subscribers of one topic on one reactor, in the order in which they came. Owned by the reactor's thread. */
final class Audience {
    private static final Subscriber[] NOBODY = {};

    private final Set<Subscriber> members = new LinkedHashSet<>();
    private Subscriber[] now = NOBODY;

    void add(Subscriber subscriber) {
        members.add(subscriber);
        now = null;
    }

    void remove(Subscriber subscriber) {
        members.remove(subscriber);
        now = null;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** Those of this moment: the array does not change when they do. */
    Subscriber[] now() {
        if (now == null) {
            now = members.toArray(NOBODY);
        }
        return now;
    }
}
