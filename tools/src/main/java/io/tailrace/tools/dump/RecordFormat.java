package io.tailrace.tools.dump;

import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/** Prints records one after the other: a segment record, or begin, the commands that were asked for, end. */
interface RecordFormat {

    /** The log that the next records are from, when there are several. */
    default void source(LogLocation log) throws IOException {}

    /** Whether segment records are shown at all. */
    default boolean showsSegments() {
        return true;
    }

    void segment(long index, RecordView record, SegmentRecord segment) throws IOException;

    void begin(long index, RecordView record, SegmentRecord segment) throws IOException;

    /** @param number of the command within its record, from 1 */
    void command(int number, Arguments arguments) throws IOException;

    void end() throws IOException;
}
