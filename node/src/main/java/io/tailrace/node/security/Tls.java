package io.tailrace.node.security;

import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.config.TlsClients;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import tlschannel.ClientTlsChannel;
import tlschannel.ServerTlsChannel;

/**
 * This node's certificate and key, and whose certificates it takes: the same for clients and for replication, at both ends.
 * As in Redis a certificate is good when the authority has signed it, whatever host it names. CONFIG SET replaces all of it for
 * connections that are made later. Any thread.
 */
public final class Tls {
    private static final char[] NO_PASSWORD = new char[0];

    private final ExecutorService tasks;
    private volatile Material material;

    /** What is taken for each connection that is made. */
    private record Material(SSLContext context, TlsClients clients, TlsParameters parameters) {}

    private Tls(Material material, ExecutorService tasks) {
        this.material = material;
        this.tasks = tasks;
    }

    /**
     * As the settings say.
     *
     * @param background has a thread for what handshakes compute, the only one of the node
     * @throws AclException when a file can't be read or used, with its setting
     */
    static Tls open(NodeConfig config, Background background) throws AclException {
        return new Tls(read(config), background.executor("tls"));
    }

    private static Material read(NodeConfig config) throws AclException {
        try {
            List<X509Certificate> chain = read(Setting.TLS_CERT, config.tls().cert(), Pem::certificates);
            KeyStore own = store();
            own.setKeyEntry(
                    "own",
                    read(Setting.TLS_KEY, config.tls().key(), Pem::privateKey),
                    NO_PASSWORD,
                    chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust(config.tls().ca()), null);
            return new Material(context, config.tls().authClients(), TlsParameters.of(config, context));
        } catch (GeneralSecurityException | IOException e) {
            throw new AclException("TLS can't be set up: " + e.getMessage());
        }
    }

    /** Has connections that are made later be as settings of TLS say that are set, to another file or to one that is another now. */
    Runnable reload(NodeConfig next, Set<Setting> named) throws ConfigException {
        Setting first = named.stream()
                .filter(setting -> setting.key().startsWith("tls-"))
                .findFirst()
                .orElse(null);
        if (first == null) {
            return () -> {};
        }
        try {
            Material fresh = read(next);
            return () -> material = fresh;
        } catch (AclException e) {
            throw new ConfigException(
                    first.key(),
                    next.text(first),
                    "CONFIG SET",
                    "Unable to update TLS configuration: " + e.getMessage());
        }
    }

    /** @param authority or null, which the settings allow only where no certificate of others is looked at */
    private static TrustManager[] trust(Path authority) throws GeneralSecurityException, IOException, AclException {
        if (authority == null) {
            return new TrustManager[0];
        }
        KeyStore trusted = store();
        int count = 0;
        for (X509Certificate certificate : read(Setting.TLS_CA, authority, Pem::certificates)) {
            trusted.setCertificateEntry("authority-" + count++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private static KeyStore store() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private interface Reader<T> {
        T read(Path file) throws IOException, GeneralSecurityException;
    }

    private static <T> T read(Setting setting, Path file, Reader<T> reader) throws AclException {
        try {
            return reader.read(file);
        } catch (FileSystemException e) {
            throw failed(setting, file, "cannot be read: " + FileFailure.of(e, file));
        } catch (IOException | GeneralSecurityException e) {
            throw failed(setting, file, String.valueOf(e.getMessage()));
        }
    }

    private static AclException failed(Setting setting, Path file, String reason) {
        return new AclException(setting.key() + " = '" + file + "': " + reason);
    }

    /**
     * Puts TLS above a socket that was accepted.
     *
     * @param reactor takes what is to run on its thread; false when it can't now
     * @param again called on the reactor's thread when there is something to read that no selector knows of
     */
    public Transport accepted(SocketChannel channel, Predicate<Runnable> reactor, Runnable again) {
        TlsState state = new TlsState(channel, reactor, tasks, again);
        Material now = material;
        state.above(ServerTlsChannel.newBuilder(channel, now.context())
                .withEngineFactory(from -> state.with(serverEngine(now)))
                .withRunTasks(false)
                .withSessionInitCallback(session -> state.established())
                .build());
        return Transport.secure(channel, state);
    }

    private static SSLEngine serverEngine(Material now) {
        SSLEngine engine = now.context().createSSLEngine();
        engine.setUseClientMode(false);
        now.parameters().set(engine, true);
        engine.setNeedClientAuth(now.clients() == TlsClients.YES);
        if (now.clients() == TlsClients.OPTIONAL) {
            engine.setWantClientAuth(true);
        }
        return engine;
    }

    /** The same for a socket that is connected by this node. */
    public Transport connecting(SocketChannel channel, Predicate<Runnable> reactor, Runnable again) {
        Material now = material;
        SSLEngine engine = now.context().createSSLEngine();
        engine.setUseClientMode(true);
        now.parameters().set(engine, false);
        TlsState state = new TlsState(channel, reactor, tasks, again);
        state.above(ClientTlsChannel.newBuilder(channel, state.with(engine))
                .withRunTasks(false)
                .withSessionInitCallback(session -> state.established())
                .build());
        return Transport.secure(channel, state);
    }

    /**
     * The same for a thread that may wait; returns after the handshake. Where a certificate is needed one may come without: who it is told so
     * decides the caller.
     *
     * @param plain whose timeout holds
     */
    public TlsServerSocket accept(Socket plain) throws IOException {
        Material now = material;
        SSLSocket socket = (SSLSocket) now.context().getSocketFactory().createSocket(plain, (InputStream) null, true);
        socket.setSSLParameters(now.parameters().of(socket.getSSLParameters(), true));
        socket.setWantClientAuth(now.clients() != TlsClients.NO);
        socket.startHandshake();
        return new TlsServerSocket(socket, now.clients() == TlsClients.YES);
    }

    void close() {
        tasks.shutdown();
    }

    /** A socket for a thread that may wait, not connected yet. */
    public Socket socket() throws IOException {
        Material now = material;
        SSLSocket socket = (SSLSocket) now.context().getSocketFactory().createSocket();
        socket.setSSLParameters(now.parameters().of(socket.getSSLParameters(), false));
        return socket;
    }
}
