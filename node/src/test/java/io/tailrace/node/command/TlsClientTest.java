package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.DiskSync;
import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients with TLS on reactors that are turned by hand: what a socket's readiness doesn't tell, and handshakes that don't end. */
class TlsClientTest {
    private static final char[] PASSWORD = "of no importance".toCharArray();
    private static final int TIMEOUT_MS = 20_000;
    private static final int MUCH = 900_000;

    @TempDir
    private static Path made;

    private static Path certificate;
    private static Path key;
    private static TrustManager[] trust;
    private static SSLContext context;

    private SessionBench bench;
    private SocketAddress address;

    /** One that signed itself, and so is its own authority. */
    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = made.resolve("keys.p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                "own",
                "-dname",
                "CN=own",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(made.resolve("keytool.txt").toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        certificate = pem("CERTIFICATE", keys.getCertificate("own").getEncoded());
        key = pem("PRIVATE KEY", keys.getKey("own", PASSWORD).getEncoded());
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("own", keys.getCertificate("own"));
        trust.init(trusted);
        TlsClientTest.trust = trust.getTrustManagers();
        context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    }

    private static Path pem(String what, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(bytes);
        return Files.writeString(
                made.resolve(what + ".pem"),
                "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        Map<Setting, String> settings = Map.of(
                Setting.TLS_PORT,
                "1",
                Setting.TLS_CERT,
                certificate.toString(),
                Setting.TLS_KEY,
                key.toString(),
                Setting.TLS_CA,
                certificate.toString());
        bench = new SessionBench(directory, 1, DiskSync.REAL, settings);
        address = bench.listenTo(
                InetAddress.getLoopbackAddress(), bench.node.security().tls());
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    /** Runs a client that waits on a thread of its own while the reactors turn. */
    private <T> T client(Callable<T> client) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(client.call());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                },
                "client");
        thread.start();
        bench.await(result::isDone);
        thread.join(TIMEOUT_MS);
        return result.get();
    }

    private Socket connect() throws IOException {
        Socket socket = context.getSocketFactory().createSocket();
        socket.connect(address, TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldTellAClientWithoutACertificateWhyItIsCut(String version) throws Exception {
        SSLContext without = SSLContext.getInstance("TLS");
        without.init(null, trust, null);
        IOException refusal = client(() -> {
            try (SSLSocket socket = (SSLSocket) without.getSocketFactory().createSocket()) {
                socket.setEnabledProtocols(new String[] {version});
                socket.connect(address, TIMEOUT_MS);
                socket.setSoTimeout(TIMEOUT_MS);
                socket.getOutputStream().write(ascii("PING\r\n"));
                socket.getInputStream().read();
                throw new IllegalStateException("served");
            } catch (IOException e) {
                return e;
            }
        });

        assertTrue(refusal.getMessage().contains("fatal alert: "), refusal.toString());
        bench.await(() -> bench.node.clientCount() == 0);
    }

    private String spoken() throws Exception {
        return client(() -> {
            try (SSLSocket socket = (SSLSocket) connect()) {
                socket.startHandshake();
                return socket.getSession().getProtocol() + " "
                        + socket.getSession().getCipherSuite();
            }
        });
    }

    @Test
    void shouldSpeakFromThenOnWhatIsSet() throws Exception {
        assertTrue(spoken().startsWith("TLSv1.3 "));

        bench.node
                .settings()
                .change(Map.of(Setting.TLS_PROTOCOLS, "TLSv1.2", Setting.TLS_CIPHERS, "ECDHE-ECDSA-AES256-GCM-SHA384"));
        assertEquals("TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", spoken());
        bench.node.settings().change(Map.of(Setting.TLS_CIPHERS, "DEFAULT:-ECDHE-ECDSA-AES256-GCM-SHA384"));
        assertFalse(spoken().endsWith("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"));
        bench.node
                .settings()
                .change(Map.of(
                        Setting.TLS_PROTOCOLS,
                        "",
                        Setting.TLS_CIPHERS,
                        "",
                        Setting.TLS_CIPHERSUITES,
                        "TLS_AES_128_GCM_SHA256"));
        assertEquals("TLSv1.3 TLS_AES_128_GCM_SHA256", spoken());
    }

    @Test
    void shouldRefuseSettingsThatCannotBeUsed() throws Exception {
        for (Map<Setting, String> wrong : List.of(
                Map.of(Setting.TLS_CERT, made.resolve("nosuch.pem").toString()),
                Map.of(Setting.TLS_KEY, certificate.toString()),
                Map.of(Setting.TLS_PROTOCOLS, "TLSv1.2 SSLv9"),
                Map.of(Setting.TLS_CIPHERS, "NOSUCH"),
                Map.of(Setting.TLS_CA, ""))) {
            assertThrows(ConfigException.class, () -> bench.node.settings().change(wrong), wrong.toString());
        }
        assertTrue(spoken().startsWith("TLSv1.3 "));
        assertEquals("", bench.node.settings().current().text(Setting.TLS_CIPHERS));
    }

    @Test
    void shouldLetClientsInWithoutACertificateFromThenOn() throws Exception {
        SSLContext without = SSLContext.getInstance("TLS");
        without.init(null, trust, null);
        bench.node.settings().change(Map.of(Setting.TLS_AUTH_CLIENTS, "no"));

        String reply = client(() -> {
            try (SSLSocket socket = (SSLSocket) without.getSocketFactory().createSocket()) {
                socket.connect(address, TIMEOUT_MS);
                socket.setSoTimeout(TIMEOUT_MS);
                socket.getOutputStream().write(ascii("PING\r\n"));
                return new String(socket.getInputStream().readNBytes(7), StandardCharsets.US_ASCII);
            }
        });

        assertEquals("+PONG\r\n", reply);
    }

    /** More comes at once than a connection's buffer takes, and more goes out than a socket's. */
    @Test
    void shouldServeMuchAtOnce() throws Exception {
        String line = "x".repeat(1_000);
        byte[] reply = client(() -> {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(ascii(("ECHO " + line + "\r\n").repeat(MUCH / 1_000) + "QUIT\r\n"));
                return socket.getInputStream().readAllBytes();
            }
        });

        assertArrayEquals(ascii(("$1000\r\n" + line + "\r\n").repeat(MUCH / 1_000) + "+OK\r\n"), reply);
        bench.await(() -> bench.node.clientCount() == 0);
    }

    @Test
    void shouldTakeOneLargeValue() throws Exception {
        byte[] value = new byte[MUCH];
        Arrays.fill(value, (byte) 'v');
        byte[] request =
                ascii("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + MUCH + "\r\n" + new String(value, StandardCharsets.US_ASCII)
                        + "\r\n*2\r\n$6\r\nSTRLEN\r\n$1\r\nk\r\n*1\r\n$4\r\nQUIT\r\n");

        byte[] reply = client(() -> {
            try (Socket socket = connect()) {
                for (int at = 0; at < request.length; at += 777) {
                    socket.getOutputStream().write(request, at, Math.min(777, request.length - at));
                }
                return socket.getInputStream().readAllBytes();
            }
        });

        assertEquals("+OK\r\n:" + MUCH + "\r\n+OK\r\n", new String(reply, StandardCharsets.US_ASCII));
    }

    @Test
    void shouldCutWhoDoesNotFinishItsHandshake() throws Exception {
        try (SocketChannel silent = SocketChannel.open(address);
                SocketChannel half = SocketChannel.open(address)) {
            assertTrue(silent.isConnected());
            half.write(ByteBuffer.wrap(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01}));
            bench.await(() -> bench.node.clientCount() == 2);
            bench.nowMicros += 9_000_000;
            assertEquals("+PONG", bench.client().reply("PING").line());
            assertEquals(3, bench.node.clientCount());

            bench.nowMicros += 2_000_000;
            bench.await(() -> bench.node.clientCount() == 1);
        }
    }

    @Test
    void shouldCutWhoSpeaksNoTlsAndGoOn() throws Exception {
        try (Socket plain = new Socket()) {
            plain.connect((InetSocketAddress) address, TIMEOUT_MS);
            plain.setSoTimeout(TIMEOUT_MS);
            plain.getOutputStream().write(ascii("PING\r\nPING\r\n"));
            String answer =
                    client(() -> new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
            assertFalse(answer.contains("PONG"), answer);
        }
        bench.await(() -> bench.node.clientCount() == 0);

        assertEquals('+', (int) client(() -> {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(ascii("PING\r\n"));
                return socket.getInputStream().read();
            }
        }));
    }
}
