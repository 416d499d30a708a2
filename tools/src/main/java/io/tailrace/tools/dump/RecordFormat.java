package io.tailrace.tools.dump;

import io.tailrace.node.backlog.RecordPlace;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/** Prints records one after the other: a segment record; or begin, the commands that were asked for, end. */
interface RecordFormat {

    /** The log that the next records are from, when there are several. */
    default void source(LogLocation log) throws IOException {}

    /** Whether segment records are shown at all. */
    default boolean showsSegments() {
        return true;
    }

    /** Whether records that are not good can be shown, with a mark. */
    default boolean showsDamage() {
        return true;
    }

    /** A record that is not good, and why; if it can be read all the same, it follows. */
    void damaged(RecordPlace place, String fault, boolean isReadable) throws IOException;

    void segment(RecordPlace place, RecordView record) throws IOException;

    void begin(RecordPlace place, RecordView record) throws IOException;

    /** @param number of the command within its record, from 1 */
    void command(int number, Arguments arguments) throws IOException;

    /** The record's payload as it is, instead of commands. */
    void payload(long address, int length) throws IOException;

    void end() throws IOException;
}
