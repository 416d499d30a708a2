package io.tailrace.tools.dump;

import io.tailrace.node.backlog.RecordPlace;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/**
 * The commands as Redis requests, byte for byte as they stand in the records; segment records are left out, and so is what is not
 * good: nobody should replay it.
 */
public final class RespFormat implements RecordFormat {
    private final ByteOutput out;

    public RespFormat(ByteOutput out) {
        this.out = out;
    }

    @Override
    public boolean showsSegments() {
        return false;
    }

    @Override
    public boolean showsDamage() {
        return false;
    }

    @Override
    public void damaged(RecordPlace place, String fault, boolean isReadable) {}

    @Override
    public void segment(RecordPlace place, RecordView record) {}

    @Override
    public void begin(RecordPlace place, RecordView record) {}

    /** A payload has only one way to write a command, so writing it anew gives the same bytes. */
    @Override
    public void command(int number, Arguments arguments) throws IOException {
        array(arguments.count());
        for (int i = 0; i < arguments.count(); i++) {
            bulk(arguments.address(i), arguments.length(i));
        }
    }

    @Override
    public void payload(long address, int length) throws IOException {
        out.write(address, length);
    }

    @Override
    public void end() {}

    /** The header of a request with so many arguments. */
    public void array(int count) throws IOException {
        header('*', count);
    }

    /** One argument of a request. */
    public void bulk(long address, int length) throws IOException {
        header('$', length);
        out.write(address, length);
        lineEnd();
    }

    /** One argument that is ASCII text. */
    public void bulk(String text) throws IOException {
        header('$', text.length());
        out.ascii(text);
        lineEnd();
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
}
