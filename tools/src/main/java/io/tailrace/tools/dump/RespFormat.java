package io.tailrace.tools.dump;

import io.tailrace.node.backlog.RecordPlace;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/**
 * The commands as Redis requests, byte for byte as they stand in the records; segment records are left out, and so is what is not
 * good: nobody should replay it. A record begins in database 0, a stream of requests where the last one left it: so SELECT is
 * written where the database of a command is another than that of the one before, and nowhere else.
 */
public final class RespFormat implements RecordFormat {
    private final ByteOutput out;
    private final EffectCursor cursor = new EffectCursor();
    private RecordView record;
    private int ofRecord;
    private int ofStream;

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
    public void begin(RecordPlace place, RecordView begun) {
        record = begun;
        ofRecord = 0;
    }

    @Override
    public void command(int number, Arguments arguments) throws IOException {
        if (arguments.is(0, Effect.SELECT.name())) {
            ofRecord = (int) arguments.parseLong(1);
        } else {
            command(arguments, ofRecord);
        }
    }

    /** A payload has only one way to write a command, so writing it again gives the same bytes. */
    public void command(Arguments arguments, int database) throws IOException {
        select(database);
        array(arguments.count());
        for (int i = 0; i < arguments.count(); i++) {
            bulk(arguments.address(i), arguments.length(i));
        }
    }

    private void select(int database) throws IOException {
        if (database != ofStream) {
            ofStream = database;
            array(2);
            bulk(Effect.SELECT.name());
            bulk(Integer.toString(database));
        }
    }

    @Override
    public void payload(long address, int length) throws IOException {
        select(0);
        cursor.wrap(record);
        int names = cursor.offset();
        out.write(address + names, length - names);
        while (cursor.next()) {
            if (Effect.of(cursor.arguments()) == Effect.SELECT) {
                ofStream = (int) cursor.arguments().parseLong(1);
            }
        }
    }

    @Override
    public void end() {}

    /** The header of a request with this many arguments. */
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
