package io.tailrace.node.security;

import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.Background;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;

/** What a node lets in, and how it shows itself to others. Any thread. */
public final class Security {
    private static final String PROTECTED =
            "DENIED Redis is running in protected mode because protected mode is enabled "
                    + "and no password is set for the default user. In this mode connections are only accepted from the loopback "
                    + "interface. If you want to connect from external computers to Redis you may adopt one of the following "
                    + "solutions: 1) Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the "
                    + "loopback interface by connecting to Redis from the same host the server is running, however MAKE SURE Redis "
                    + "is not publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change permanent. 2) "
                    + "Alternatively you can just disable the protected mode by editing the Redis configuration file, and setting "
                    + "the protected mode option to 'no', and then restarting the server. 3) If you started the server manually "
                    + "just for testing, restart it with the '--protected-mode no' option. 4) Setup a an authentication password "
                    + "for the default user. NOTE: You only need to do one of the above things in order for the server to start "
                    + "accepting connections from the outside.";

    private final LiveSettings settings;
    private final Users users;
    private final Tls tls;

    private Security(LiveSettings settings, Users users, Tls tls) {
        this.settings = settings;
        this.users = users;
        this.tls = tls;
        settings.add((next, named) -> tls == null ? () -> {} : tls.reload(next, named));
    }

    /**
     * As the settings say.
     *
     * @throws AclException when a file can't be read, or has a fault
     */
    public static Security open(LiveSettings settings, CommandCatalogue catalogue, Background background)
            throws AclException {
        NodeConfig config = settings.current();
        Users users = Users.open(catalogue, config.requirePass(), config.aclFile(), () -> settings.current()
                .allowsChannelsByDefault());
        boolean hasTls = config.tlsPort() != 0 || config.tls().isReplication();
        return new Security(settings, users, hasTls ? Tls.open(config, background) : null);
    }

    /** Of clients on the port for TLS; null when there is none. */
    public Tls tls() {
        return tls;
    }

    /** Of all that nodes say to each other, or null for none. */
    public Tls replicationTls() {
        return settings.current().tls().isReplication() ? tls : null;
    }

    /** To another node, for a thread that may wait; not connected yet. */
    public Socket newSocket() throws IOException {
        return replicationTls() == null ? new Socket() : tls.socket();
    }

    public void close() {
        if (tls != null) {
            tls.close();
        }
    }

    public Users users() {
        return users;
    }

    /** Whether one from there is turned away: no password is set, and it comes from another machine. */
    public boolean isProtectedFrom(SocketAddress remote) {
        return users.isOpenToAll()
                && settings.current().protectedMode()
                && !(remote instanceof InetSocketAddress address
                        && address.getAddress().isLoopbackAddress());
    }

    /** What a client is told then, in Redis's words. */
    public static String protectedText() {
        return PROTECTED;
    }

    /** Why a replica is turned away then. */
    public static String protectedReason() {
        return "protected mode: replicas on other machines are not served while the default user has no password; set"
                + " requirepass, or protected-mode no";
    }

    /** The name and the password by which this node logs in at its primary; null when it has none to show. */
    public Credentials credentials() {
        NodeConfig config = settings.current();
        return config.masterAuth().isEmpty() ? null : new Credentials(config.masterUser(), config.masterAuth());
    }
}
