package io.tailrace.tools.dump;

import io.tailrace.node.backlog.RecordPlace;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/** Takes the records of one log in order. */
interface RecordSink {

    /**
     * Whether the record counts for {@code --limit}.
     *
     * @param fault why the record is not good, or null; {@link RecordView#problem} tells whether it can be read all the same
     */
    boolean accept(RecordPlace place, RecordView record, String fault) throws IOException;

    /** No more of this log will come. */
    void end() throws IOException;
}
