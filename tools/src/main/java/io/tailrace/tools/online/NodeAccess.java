package io.tailrace.tools.online;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.security.TlsSockets;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How nodes are reached, the same for all that a command line names: picocli's options, and connections made by them. One thread. */
public final class NodeAccess {
    private static final int MAX_SECONDS = 3_600;

    @Option(names = "--user", paramLabel = "NAME", description = "user to log in as")
    private String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "file with the password (or put it into TAILRACE_PASSWORD)")
    private Path passwordFile;

    @Option(names = "--tls", description = "connect with TLS")
    private boolean isTls;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "authorities that signed the node's certificate, PEM")
    private Path authority;

    @Option(names = "--cert", paramLabel = "FILE", description = "certificate to present, PEM")
    private Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "its private key, PEM")
    private Path key;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "how long to wait for a node's answer (default: ${DEFAULT-VALUE})")
    private int timeoutSeconds;

    private TlsSockets tls;

    /** @param timeoutSeconds how long a node is waited for where the command line does not tell */
    public NodeAccess(int timeoutSeconds) {
        this.timeoutSeconds = timeoutSeconds;
    }

    /** Whether an option tells how to log in or to connect. */
    public boolean isGiven() {
        return user != null || passwordFile != null || isTls || authority != null || certificate != null || key != null;
    }

    /** What is wrong with the options, or null. */
    public String problem() {
        if (timeoutSeconds < 1 || timeoutSeconds > MAX_SECONDS) {
            return "--timeout must be from 1 to " + MAX_SECONDS + ", not " + timeoutSeconds;
        }
        if ((certificate == null) != (key == null)) {
            return "--cert and --key belong together";
        }
        if (!isTls && (authority != null || certificate != null)) {
            return "--cacert, --cert and --key need --tls";
        }
        return null;
    }

    /** Reads {@code HOST:PORT}, or a port of this machine; throws IllegalArgumentException saying what is wrong. */
    public static HostPort address(String text) {
        try {
            return text.matches("[0-9]{1,5}")
                    ? new HostPort("127.0.0.1", Integer.parseInt(text))
                    : HostPort.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT, such as 10.0.0.1:6379 or [::1]:6379");
        }
    }

    /**
     * Connects and logs in.
     *
     * @throws IOException naming the node and what is wrong
     */
    public RespClient connect(HostPort node) throws IOException {
        try {
            InetSocketAddress address = new InetSocketAddress(node.host(), node.port());
            if (address.isUnresolved()) {
                throw new IOException("the name " + node.host() + " is not known");
            }
            RespClient client = new RespClient(socket(), address, Duration.ofSeconds(timeoutSeconds));
            try {
                logIn(client);
                return client;
            } catch (IOException e) {
                client.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed(node, e);
        }
    }

    /** What went wrong with a node, named. */
    public static IOException failed(HostPort node, IOException e) {
        String reason = e instanceof SocketTimeoutException ? "it does not answer in time" : e.getMessage();
        return new IOException("can't ask " + node + ": " + reason, e);
    }

    private Socket socket() throws IOException {
        if (!isTls) {
            return new Socket();
        }
        tls = tls == null ? new TlsSockets(authority, certificate, key) : tls;
        return tls.open();
    }

    private void logIn(RespClient client) throws IOException {
        byte[] password = password(passwordFile);
        if (password == null) {
            return;
        }
        List<Object> request = new ArrayList<>(List.of("AUTH"));
        if (user != null) {
            request.add(user);
        }
        request.add(password);
        try {
            client.call(request.toArray());
        } catch (ErrorReplyException e) {
            // its text has no password in it
            throw new IOException("it refused the login with " + (user == null ? "this password" : "the user " + user)
                    + ": " + e.getMessage());
        }
    }

    /**
     * The password to log in with, without its line's end: of a file, or TAILRACE_PASSWORD where there is none, or null.
     *
     * @param file null for none
     */
    public static byte[] password(Path file) throws IOException {
        if (file != null) {
            return Files.readString(file, StandardCharsets.ISO_8859_1)
                    .replaceFirst("\r?\n$", "")
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
        String given = System.getenv("TAILRACE_PASSWORD");
        return given == null || given.isEmpty() ? null : given.getBytes(StandardCharsets.UTF_8);
    }
}
