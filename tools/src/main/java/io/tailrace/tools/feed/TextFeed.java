package io.tailrace.tools.feed;

import io.tailrace.node.feed.FeedGap;
import io.tailrace.node.feed.HistoryChange;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.tools.output.QuotedText;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/** {@code shard index time database command}, a line per effect; what is no change is a line that begins with {@code #}. */
final class TextFeed implements FeedFormat {
    private final ByteOutput out;
    private final TimeText times = new TimeText();

    TextFeed(ByteOutput out) {
        this.out = out;
    }

    @Override
    public void change(ChangeView change, String token) throws IOException {
        if (!change.parts().isEmpty()) {
            out.text("# shard " + change.shard() + ": part of " + change.parts() + "\n");
        }
        while (change.next()) {
            out.number(change.shard());
            out.write(' ');
            out.ascii(QueueIndex.toString(change.index()));
            out.write(' ');
            times.write(change.commitMicros(), out);
            out.ascii(" [");
            out.number(change.database());
            out.write(']');
            Arguments arguments = change.arguments();
            for (int i = 0; i < arguments.count(); i++) {
                out.write(' ');
                QuotedText.write(arguments.address(i), arguments.length(i), Integer.MAX_VALUE, out);
            }
            out.write('\n');
        }
    }

    @Override
    public void heldBack(int shard, long index) throws IOException {
        out.text("# shard " + shard + ": record " + QueueIndex.toString(index)
                + " is a part of a transaction whose other parts are not in their logs, and is held back\n");
    }

    @Override
    public void gap(int shard, FeedGap gap) throws IOException {
        out.text("# shard " + shard + ": gap: " + gap.text() + "\n");
    }

    @Override
    public void history(int shard, HistoryChange change) throws IOException {
        out.text("# shard " + shard + ": " + change.text() + "\n");
    }
}
