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
    private static final int RETAINED_ARGUMENTS = 64;

    private final NativeBuffer memory = new NativeBuffer(CAPACITY);
    private final Arguments arguments = new Arguments();
    /** Of an EXEC. */
    private final List<Arguments> all = new ArrayList<>();

    /** Valid until the next call. */
    Arguments layOut(RequestCopy request) {
        memory.shrinkTo(RETAINED);
        memory.ensureCapacity(Math.max(1, request.length()), 0);
        request.layOut(memory, 0, arguments);
        return arguments;
    }

    /** At least as many as there are commands; valid until the next call. */
    List<Arguments> layOut(ExecElsewhere exec) {
        int total = 1;
        for (int i = 0; i < exec.count(); i++) {
            total += exec.request(i).length();
        }
        memory.shrinkTo(RETAINED);
        memory.ensureCapacity(total, 0);
        if (all.size() > RETAINED_ARGUMENTS) {
            all.subList(RETAINED_ARGUMENTS, all.size()).clear();
        }
        int offset = 0;
        for (int i = 0; i < exec.count(); i++) {
            if (i == all.size()) {
                all.add(new Arguments());
            }
            exec.request(i).layOut(memory, offset, all.get(i));
            offset += exec.request(i).length();
        }
        return all;
    }

    @Override
    public void close() {
        memory.close();
    }
}
