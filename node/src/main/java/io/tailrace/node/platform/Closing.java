package io.tailrace.node.platform;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes resources whose failure to close changes nothing any more: sockets that are given up, locks that are let go. Stateless. */
public final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    /** A failure is logged at debug level; null is closed already. */
    public static void quietly(AutoCloseable resource) {
        if (resource == null) {
            return;
        }
        try {
            resource.close();
        } catch (Exception e) {
            LOG.debug("closing {}", resource, e);
        }
    }
}
