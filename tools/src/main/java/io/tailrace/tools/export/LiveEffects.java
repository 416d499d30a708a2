package io.tailrace.tools.export;

import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which effects between a snapshot's start and its end matter for what there is at the end. The others build on data that the
 * snapshot may not have, so they could fail elsewhere: a key that was renamed before the snapshot came to it is there under its new name
 * only, and what was done to one that was removed before is about nothing. One thread.
 *
 * <pre>
 *  k0      W   W   D   W            W a write, D a deletion, M k1 renamed to k0
 *          x   x   .   .            x does not matter, . does
 *  k0  W   W   M   W   D   W        the snapshot has neither k0 nor k1 before M
 *  k1  W      /
 *      x   x   x   x   .   .
 * </pre>
 *
 * Of most keys it is enough to know their last replacement. Only of those that are moved or copied, or that others become, all
 * replacements and moves are kept, and looked through from the end back: the source of a move matters where its target does. What
 * a key's entry contains does not matter for that key.
 */
final class LiveEffects {
    /** @param source null where it is no move */
    private record Event(Moment moment, Effect effect, KeyVersions.State source, KeyVersions.State target) {}

    private final KeyVersions versions;
    private final List<Event> events = new ArrayList<>();
    /** When the database in a place was emptied last. */
    private final Map<Integer, Moment> emptied = new HashMap<>();

    private Moment emptiedAll = Moment.NONE;
    private boolean hasMoves;

    LiveEffects(KeyVersions versions) {
        this.versions = versions;
    }

    private static boolean isReplacement(Effect effect) {
        return effect == Effect.SET || effect == Effect.DEL;
    }

    /** First look: which keys there are. */
    void look(Effect effect, int sourcePlace, int place, Arguments arguments, Moment moment) {
        if (effect.key() == 0) {
            if (effect == Effect.FLUSHALL) {
                emptiedAll = moment;
            } else if (effect == Effect.FLUSHDB) {
                emptied.put(place, moment);
            }
            return;
        }
        KeyVersions.State target = target(effect, place, arguments);
        if (effect.sourceKey() != 0) {
            target.moved();
            touched(sourcePlace, arguments, effect.sourceKey()).moved();
            hasMoves = true;
        } else if (isReplacement(effect)) {
            target.replaced(moment);
        }
    }

    /** Whether there must be a second look, at the same effects. */
    boolean hasMoves() {
        return hasMoves;
    }

    void lookAgain(Effect effect, int sourcePlace, int place, Arguments arguments, Moment moment) {
        if (effect == Effect.FLUSHALL || effect == Effect.FLUSHDB) {
            for (KeyVersions.State state : versions.all()) {
                if (state.isMoved() && (effect == Effect.FLUSHALL || state.place() == place)) {
                    events.add(new Event(moment, Effect.DEL, null, state));
                }
            }
        } else if (effect.sourceKey() != 0) {
            KeyVersions.State source = touched(sourcePlace, arguments, effect.sourceKey());
            events.add(new Event(moment, effect, source, target(effect, place, arguments)));
        } else if (isReplacement(effect)) {
            KeyVersions.State target = target(effect, place, arguments);
            if (target.isMoved()) {
                events.add(new Event(moment, effect, null, target));
            }
        }
    }

    /** When it is known which effects the entries of the snapshot contain. */
    void conclude() {
        for (int i = events.size() - 1; i >= 0; i--) {
            Event event = events.get(i);
            boolean isWanted = event.target().isLive() && !event.target().contains(event.moment());
            event.target().before(event.moment(), false);
            if (event.source() != null) {
                boolean isKept = event.effect() == Effect.COPY && event.source().isLive();
                event.source().before(event.moment(), isWanted || isKept);
            }
        }
        events.clear();
    }

    /** Whether what the key is after this effect matters, and its entry does not contain it. */
    boolean isLive(int place, Arguments arguments, int key, Moment moment) {
        KeyVersions.State state = versions.find(place, arguments.address(key), arguments.length(key));
        if (state == null) {
            return true;
        }
        boolean isEmptied = moment.isBefore(emptiedAll) || moment.isBefore(emptied.getOrDefault(place, Moment.NONE));
        return !state.contains(moment) && state.isLiveAfter(moment) && (state.isMoved() || !isEmptied);
    }

    private KeyVersions.State target(Effect effect, int place, Arguments arguments) {
        return touched(place, arguments, effect.secondKey() == 0 ? effect.key() : effect.secondKey());
    }

    private KeyVersions.State touched(int place, Arguments arguments, int key) {
        return versions.touched(place, arguments.address(key), arguments.length(key));
    }
}
