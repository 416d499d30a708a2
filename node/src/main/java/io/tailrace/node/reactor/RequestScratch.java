package io.tailrace.node.reactor;

import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies of requests, laid out in native memory so that commands can run on them: one, or all of an EXEC. Owned and closed by the
 * reactor's thread.
 */
final class RequestScratch implements AutoCloseable {
    private static final int CAPACITY = 4 << 10;
    private static final int RETAINED = 1 << 20;

    private final NativeBuffer memory = new NativeBuffer(CAPACITY);
    private final Arguments arguments = new Arguments();

    /** Valid until the next call. */
    Arguments layOut(RequestCopy request) {
        memory.shrinkTo(RETAINED);
        memory.ensureCapacity(Math.max(1, request.length()), 0);
        request.layOut(memory, 0, arguments);
        return arguments;
    }

    /** Valid until the next call. */
    List<Arguments> layOut(List<RequestCopy> requests) {
        int total = 1;
        for (RequestCopy request : requests) {
            total += request.length();
        }
        memory.shrinkTo(RETAINED);
        memory.ensureCapacity(total, 0);
        List<Arguments> all = new ArrayList<>(requests.size());
        int offset = 0;
        for (RequestCopy request : requests) {
            Arguments own = new Arguments();
            request.layOut(memory, offset, own);
            offset += request.length();
            all.add(own);
        }
        return all;
    }

    @Override
    public void close() {
        memory.close();
    }
}
