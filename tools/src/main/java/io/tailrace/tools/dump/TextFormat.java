package io.tailrace.tools.dump;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/**
 * {@code index time chain command}, a line per command; where a record holds several, {@code 2/3} stands before each.
 * Arguments are written so that redis-cli reads them back as the same bytes.
 */
final class TextFormat implements RecordFormat {
    private static final String HEX = "0123456789abcdef";

    private final ByteOutput out;
    private final TimeText times = new TimeText();
    private String prefix;
    private int commands;

    TextFormat(ByteOutput out) {
        this.out = out;
    }

    @Override
    public void source(LogLocation log) throws IOException {
        out.text("# " + log + "\n");
    }

    @Override
    public void segment(long index, RecordView record, SegmentRecord segment) throws IOException {
        String before = segment.previousIndex() == QueueIndex.NONE
                ? "is the first"
                : "follows " + QueueIndex.toString(segment.previousIndex()) + " " + HexText.of(segment.previousChain());
        String from =
                segment.previousHistory() == null || segment.previousHistory().equals(segment.history())
                        ? ""
                        : " (from " + segment.previousHistory() + ")";
        out.text(prefix(index, record) + "# segment of history " + segment.history() + from + " term " + segment.term()
                + ", " + before + ", record " + (segment.denseCount() + 1) + ", shard " + segment.shard() + " of "
                + segment.shardCount() + "\n");
    }

    @Override
    public void begin(long index, RecordView record, SegmentRecord segment) {
        prefix = prefix(index, record);
        commands = record.commandCount();
    }

    private String prefix(long index, RecordView record) {
        return QueueIndex.toString(index)
                + ' '
                + times.of(record.commitMicros())
                + ' '
                + HexText.of(record.chain())
                + ' ';
    }

    @Override
    public void command(int number, Arguments arguments) throws IOException {
        out.text(prefix);
        if (commands > 1) {
            out.text(number + "/" + commands + " ");
        }
        for (int i = 0; i < arguments.count(); i++) {
            if (i > 0) {
                out.write(' ');
            }
            argument(arguments.address(i), arguments.length(i));
        }
        out.write('\n');
    }

    @Override
    public void end() {}

    private void argument(long address, int length) throws IOException {
        if (isPlain(address, length)) {
            out.write(address, length);
            return;
        }
        out.write('"');
        for (int i = 0; i < length; i++) {
            quoted(Memory.getByte(address + i));
        }
        out.write('"');
    }

    private static boolean isPlain(long address, int length) {
        for (int i = 0; i < length; i++) {
            byte c = Memory.getByte(address + i);
            if (c <= ' ' || c == 0x7f || c == '"' || c == '\'' || c == '\\') {
                return false;
            }
        }
        return length > 0;
    }

    /** As Redis's sdscatrepr does. */
    private void quoted(byte c) throws IOException {
        switch (c) {
            case '\\', '"' -> escaped((char) c);
            case '\n' -> escaped('n');
            case '\r' -> escaped('r');
            case '\t' -> escaped('t');
            case 0x07 -> escaped('a');
            case '\b' -> escaped('b');
            default -> {
                if (c >= ' ' && c < 0x7f) {
                    out.write(c);
                } else {
                    escaped('x');
                    out.write(HEX.charAt(c >> 4 & 0xf));
                    out.write(HEX.charAt(c & 0xf));
                }
            }
        }
    }

    private void escaped(char c) throws IOException {
        out.write('\\');
        out.write(c);
    }
}
