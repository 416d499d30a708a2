package io.tailrace.tools.dump;

import io.tailrace.node.backlog.RecordPlace;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.tools.output.QuotedText;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.record.ShardIndexes;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/**
 * {@code index time chain command}, a line per command; where a record holds several, {@code 2/3} stands before each. Arguments
 * are written so that redis-cli reads them back as the same bytes.
 */
final class TextFormat implements RecordFormat {
    private final ByteOutput out;
    private final DumpRequest.Style style;
    private final TimeText times = new TimeText();
    private RecordPlace place;
    private RecordView record;
    private int commands;
    private final EffectCursor cursor = new EffectCursor();
    private final PartView part = new PartView();

    TextFormat(ByteOutput out, DumpRequest.Style style) {
        this.out = out;
        this.style = style;
    }

    @Override
    public void source(LogLocation log) throws IOException {
        out.text("# " + log + "\n");
    }

    @Override
    public void damaged(RecordPlace where, String fault, boolean isReadable) throws IOException {
        out.text("# damaged: " + where.place() + ": " + fault + "\n");
    }

    @Override
    public void segment(RecordPlace where, RecordView opening) throws IOException {
        begin(where, opening);
        prefix();
        SegmentRecord segment = where.opening();
        String before = segment.previousIndex() == QueueIndex.NONE
                ? "is the first"
                : "follows " + QueueIndex.toString(segment.previousIndex()) + " " + HexText.of(segment.previousChain());
        String from =
                segment.previousHistory() == null || segment.previousHistory().equals(segment.history())
                        ? ""
                        : " (from " + segment.previousHistory() + ")";
        out.text("# segment of history " + segment.history() + from + " term " + segment.term() + ", " + before
                + ", record " + (segment.recordsBefore() + 1) + ", shard " + segment.shard() + " of "
                + segment.shardCount()
                + (segment.needs().isEmpty() ? "" : ", needs " + ShardIndexes.parse(segment.needs())) + "\n");
    }

    @Override
    public void begin(RecordPlace where, RecordView read) throws IOException {
        place = where;
        record = read;
        commands = cursor.wrap(read).left();
        if (part.wrap(read) == null && part.isPart()) {
            prefix();
            out.text("# part of " + part.parts() + (part.needs().isEmpty() ? "" : ", needs " + part.needs()) + "\n");
        }
    }

    private void prefix() throws IOException {
        long index = place.index();
        out.number(QueueIndex.segment(index));
        out.write(':');
        out.number(QueueIndex.sequence(index));
        out.write(' ');
        if (style.hasOffsets()) {
            out.write('@');
            out.number(place.position());
            out.write('+');
            out.number(record.length());
            out.write(' ');
        }
        times.write(record.commitMicros(), out);
        out.write(' ');
        out.hex(record.chain(), HexText.CHAIN_LENGTH);
        out.write(' ');
    }

    @Override
    public void command(int number, Arguments arguments) throws IOException {
        prefix();
        if (commands > 1) {
            out.number(number);
            out.write('/');
            out.number(commands);
            out.write(' ');
        }
        for (int i = 0; i < arguments.count(); i++) {
            if (i > 0) {
                out.write(' ');
            }
            QuotedText.write(arguments.address(i), arguments.length(i), style.longest(i), out);
        }
        out.write('\n');
    }

    @Override
    public void payload(long address, int length) throws IOException {
        prefix();
        out.ascii("# payload of ");
        out.number(length);
        out.ascii(" bytes\n");
        QuotedText.hexLines(address, length, out);
    }

    @Override
    public void end() {}
}
