package io.tailrace.node.reactor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** The answers of several shards to one question, until all are there. For one thread: that of the caller. */
public final class ShardAnswers<T> {
    private final List<T> answers;
    private final Consumer<List<T>> whenWhole;
    private int missing;

    /** @param whenWhole is given the answers in the order of their places, with the last one */
    public ShardAnswers(int count, Consumer<List<T>> whenWhole) {
        answers = new ArrayList<>(Collections.nCopies(count, null));
        this.whenWhole = whenWhole;
        missing = count;
    }

    /** Takes the answer for a place, once. */
    public void put(int place, T answer) {
        assert missing > 0 : "more answers than were asked for";
        answers.set(place, answer);
        missing--;
        if (missing == 0) {
            whenWhole.accept(answers);
        }
    }

    /** Those that are there; the others are null. */
    public List<T> soFar() {
        return answers;
    }
}
