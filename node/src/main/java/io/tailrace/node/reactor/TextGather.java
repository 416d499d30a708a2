package io.tailrace.node.reactor;

import io.tailrace.node.platform.Background;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A reply whose text another thread writes, of what shards answer. Owned by the thread of the connection that asked.
 *
 * <pre>
 *  shards answer        ->  a background thread writes  ->  the connection's thread completes the reply
 *  {@link #answer}          text                            {@link Gather}
 * </pre>
 */
final class TextGather<T> {
    private final Gather<Supplier<String>> reply;
    private final ShardAnswers<T> answers;
    private final Background background;
    private final Predicate<Runnable> home;
    private final Function<List<T>, String> text;

    /**
     * @param shards how many answers there will be
     * @param home runs tasks on the connection's thread
     * @param text any thread
     */
    TextGather(
            Connection connection,
            SideReplies side,
            int shards,
            Background background,
            Predicate<Runnable> home,
            Function<List<T>, String> text) {
        this.background = background;
        this.home = home;
        this.text = text;
        reply = new Gather<>(
                connection,
                side,
                connection.replies().reserve(0),
                1,
                (texts, writer) -> writer.verbatim(texts.get(0).get()),
                () -> {});
        answers = new ShardAnswers<>(shards, this::write);
    }

    /** Takes one answer; the last one has the text written. */
    void answer(int shard, T answer) {
        answers.put(shard, answer);
    }

    private void write(List<T> all) {
        background.run("reply-text", () -> {
            Supplier<String> written = written(all);
            // a reactor that has ended has no connections
            home.test(() -> reply.answer(0, written));
        });
    }

    /** The text, or what went wrong, for the connection's thread to handle. */
    private Supplier<String> written(List<T> all) {
        try {
            String whole = text.apply(all);
            return () -> whole;
        } catch (RuntimeException e) {
            return () -> {
                throw e;
            };
        }
    }
}
