package io.tailrace.node.platform;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what nobody can do anything about any more if it fails. Stateless. */
public final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    /** Logs a failure at debug level; null is closed already. */
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
