package io.tailrace.tools;

import io.tailrace.node.Node;
import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.Setting;
import java.util.Map;
import org.jline.utils.Signals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the signals do to a node that would end it otherwise, the one in order and the others at once: SIGHUP, sent by a terminal that goes
 * away and by operators to whom it means that files are to be read again, has TLS read its own; SIGUSR1 and SIGUSR2 do nothing. Each is told
 * in the log. The handlers are threads of the JVM's. (The JVM uses SIGUSR2 itself, unless the launcher has told it to use another.)
 */
final class NodeSignals {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private volatile LiveSettings settings;

    /** From now on no such signal ends the process. */
    NodeSignals() {
        Signals.register("HUP", this::hangUp);
        for (String name : new String[] {"USR1", "USR2"}) {
            Signals.register(name, () -> LOG.info("SIG{} is ignored", name));
        }
    }

    /** From now on SIGHUP has the files read again that these name. */
    void cover(LiveSettings ofNode) {
        settings = ofNode;
    }

    private void hangUp() {
        LiveSettings live = settings;
        String certificate = live == null ? "" : live.current().text(Setting.TLS_CERT);
        if (certificate.isEmpty()) {
            LOG.info("SIGHUP: there are no certificates to reload; SIGTERM stops the node");
            return;
        }
        try {
            live.change(Map.of(Setting.TLS_CERT, certificate));
            LOG.info("SIGHUP: reloaded TLS certificates and keys, for new connections");
        } catch (ConfigException e) {
            LOG.error("SIGHUP: can't reload TLS certificates and keys, keeping the old ones: {}", e.getMessage());
        }
    }
}
