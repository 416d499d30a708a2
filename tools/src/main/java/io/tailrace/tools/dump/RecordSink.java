package io.tailrace.tools.dump;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/** Takes the records of one log in order. */
interface RecordSink {

    /** Whether the record counts for {@code --limit}. Throws DumpException when it is one to stop at. */
    boolean accept(BacklogInspector log, RecordView record) throws IOException, DumpException;

    /** No more of this log will come. */
    void end() throws IOException;
}
