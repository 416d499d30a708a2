package io.tailrace.node.reactor;

import io.tailrace.node.platform.FileFailure;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listening sockets whose accept failed, nearly always because the process has as many open files as it may. Such a socket
 * stays ready, so polling it on would spin and log without end; here it rests until the next second instead, and the trouble is
 * logged when it begins and when it is over. Clients meanwhile wait in the kernel's queue. Owned by one reactor thread.
 */
public final class PausedListeners {
    private static final Logger LOG = LoggerFactory.getLogger(PausedListeners.class);

    private final List<SelectionKey> resting = new ArrayList<>();
    private final Map<SelectionKey, String> troubled = new HashMap<>();

    /**
     * Lets a socket rest, unless it is closed, as a node does that stops.
     *
     * @param who is accepted there, in the plural
     */
    public void pause(SelectionKey key, String who, IOException cause) {
        if (!key.channel().isOpen()) {
            return;
        }
        if (troubled.put(key, who) == null) {
            LOG.warn("can't accept {}, retrying every second: {}", who, FileFailure.of(cause));
        }
        key.interestOps(0);
        resting.add(key);
    }

    /** About once a second. Trouble is over for a socket that was polled for so long without a failure. */
    void resume() {
        if (troubled.isEmpty()) {
            return;
        }
        for (SelectionKey key : List.copyOf(troubled.keySet())) {
            if (!resting.contains(key)) {
                LOG.info("accepting {} again", troubled.remove(key));
            } else if (key.isValid()) {
                key.interestOps(SelectionKey.OP_ACCEPT);
            }
        }
        resting.clear();
    }
}
