package io.tailrace.node.platform;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current one of a set of states, each of which lists its successors. One thread at a time changes the state; any thread
 * may read it.
 *
 * @param <S> the states
 */
public final class StateMachine<S extends Enum<S> & StateMachine.State<S>> {
    /**
     * One of the states.
     *
     * @param <S> all of them
     */
    public interface State<S> {
        /** What may follow it; never itself. */
        Set<S> successors();
    }

    private static final Logger LOG = LoggerFactory.getLogger(StateMachine.class);
    private static final int MAX_RECENT = 32;

    private final String name;
    private final Deque<Transition<S>> recent = new ArrayDeque<>();
    private volatile S state;

    /**
     * A change that was made.
     *
     * @param reason in words
     * @param <S> the states
     */
    public record Transition<S>(S from, S to, String reason) {
        @Override
        public String toString() {
            return from + " -> " + to + " (" + reason + ")";
        }
    }

    /** @param name of the machine, for messages */
    public StateMachine(String name, S first) {
        this.name = name;
        state = first;
    }

    public S state() {
        return state;
    }

    public boolean is(S wanted) {
        return state == wanted;
    }

    /**
     * Changes the state.
     *
     * @throws IllegalStateException when the present state has no such successor: a fault of the program
     */
    public void to(S next, String reason) {
        Transition<S> transition = new Transition<>(state, next, reason);
        if (!state.successors().contains(next)) {
            throw new IllegalStateException(name + ": no transition " + transition + " after " + recent());
        }
        LOG.trace("machine={}: {}", name, transition);
        synchronized (recent) {
            if (recent.size() == MAX_RECENT) {
                recent.removeFirst();
            }
            recent.addLast(transition);
        }
        state = next;
    }

    /** The last transitions, oldest first. */
    public List<Transition<S>> recent() {
        synchronized (recent) {
            return new ArrayList<>(recent);
        }
    }

    @Override
    public String toString() {
        return name + " " + state;
    }
}
