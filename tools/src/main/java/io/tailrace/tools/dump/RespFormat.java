package io.tailrace.tools.dump;

import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/** The commands as Redis requests, byte for byte as they stand in the records; segment records are left out. */
final class RespFormat implements RecordFormat {
    private final ByteOutput out;

    RespFormat(ByteOutput out) {
        this.out = out;
    }

    @Override
    public boolean showsSegments() {
        return false;
    }

    @Override
    public void segment(long index, RecordView record, SegmentRecord segment) {}

    @Override
    public void begin(long index, RecordView record, SegmentRecord segment) {}

    /** A payload has only one way to write a command, so writing it anew gives the same bytes. */
    @Override
    public void command(int number, Arguments arguments) throws IOException {
        header('*', arguments.count());
        for (int i = 0; i < arguments.count(); i++) {
            header('$', arguments.length(i));
            out.write(arguments.address(i), arguments.length(i));
            lineEnd();
        }
    }

    private void header(char type, int value) throws IOException {
        out.write(type);
        out.number(value);
        lineEnd();
    }

    private void lineEnd() throws IOException {
        out.write('\r');
        out.write('\n');
    }

    @Override
    public void end() {}
}
