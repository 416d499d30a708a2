package io.tailrace.tools.system;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with certificates on both sides: redis-cli, a full sync, a handover, and everybody who has no good certificate. */
class TlsIT {
    private static final int KEYS = 300;
    private static final int VALUE_BYTES = 20_000;
    private static final int TIMEOUT_MS = 20_000;

    @TempDir
    private Path dir;

    private Certificates certificates;
    private int exitCode;

    @BeforeEach
    void makeCertificates() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "redis-cli"))),
                "skipped: no redis-cli (Debian's redis-tools)");
        certificates = new Certificates(dir.resolve("certificates"));
    }

    @Test
    void shouldSpeakOnlyWithWhomTheAuthorityHasSigned() throws Exception {
        try (Cluster cluster = new Cluster(
                dir,
                "--segment-size",
                "1mb",
                "--backlog-size",
                "2mb",
                "--reconnect-window",
                "0",
                "--tls-replication",
                "yes",
                "--tls-cert",
                certificates.certificate("node").toString(),
                "--tls-key",
                certificates.key("node").toString(),
                "--tls-ca",
                certificates.certificate("authority").toString())) {
            int port = FreePorts.find(1);
            int replicaPort = FreePorts.find(1);
            NodeProcess primary = cluster.node("primary", "--tls-port", "" + port);
            NodeProcess replica =
                    cluster.node("replica", "--tls-port", "" + replicaPort, "--replicaof", "127.0.0.1:" + port);
            // under nohup the signal would be ignored
            primary.runBy("env", "--default-signal=HUP").startAndAwait();
            SyncedNodes.fill(primary, "key:", KEYS, VALUE_BYTES);
            SyncedNodes.forgetTheBegin(primary);
            replica.start();

            answerRedisCli(port);
            refuseOthers(port, primary.replicationPort(0));
            sendMuchToWhoReadsLate(port);

            replica.awaitReady(Cluster.LIMIT);
            Cluster.awaitLink(replica);
            assertEquals(1, Cluster.info(replica).fullSyncs());
            Cluster.awaitSame(primary, replica);
            try (RespClient client = primary.connect()) {
                assertEquals("OK", client.text("FAILOVER", "TO", "127.0.0.1", replicaPort));
            }
            Cluster.await("the replica to take over", replica, info -> info.isPrimary());
            Cluster.await("the primary to follow by TLS", primary, info -> !info.isPrimary() && info.isUp());
            assertEquals(replicaPort, Cluster.info(primary).number("master_port"));
            Cluster.awaitSame(replica, primary);
            showAnotherCertificateAfterSighup(primary, port);
        }
    }

    private void showAnotherCertificateAfterSighup(NodeProcess node, int port) throws Exception {
        Files.writeString(certificates.certificate("node"), "garbage");
        hangUp(node, "keeping the old ones");
        Files.copy(certificates.certificate("stranger"), certificates.certificate("node"), REPLACE_EXISTING);
        Files.copy(certificates.key("stranger"), certificates.key("node"), REPLACE_EXISTING);
        assertTrue(isAnswered(port), "the old certificate, which is good, until the signal");
        hangUp(node, "reloaded TLS");
        assertTrue(!isAnswered(port), "the new certificate, which is not");
    }

    private boolean isAnswered(int port) throws Exception {
        try (Socket socket = certificates.context("node").getSocketFactory().createSocket()) {
            connect(socket, port);
            return ask(socket) == '+';
        } catch (IOException e) {
            return false;
        }
    }

    private static void hangUp(NodeProcess node, String expected) throws Exception {
        node.hangUp();
        Await.until("'" + expected + "' in the log", Cluster.LIMIT, () -> node.printed()
                .contains(expected));
    }

    private void answerRedisCli(int port) throws Exception {
        String authority = certificates.certificate("authority").toString();
        List<String> node = List.of(
                "--cacert",
                authority,
                "--cert",
                certificates.certificate("node").toString(),
                "--key",
                certificates.key("node").toString());
        assertEquals("OK", redisCli(port, node, "SET", "by", "TLS"));
        assertEquals("TLS", redisCli(port, node, "GET", "by"));
        Path backup = dir.resolve("backup.rdb");
        String said = redisCli(port, node, "--rdb", backup.toString());
        assertTrue(exitCode == 0 && said.contains("Transfer finished with success"), said);
        assertTrue(Files.size(backup) > (long) KEYS * VALUE_BYTES / 2, () -> "too little is in " + backup);
        assertRefused(redisCli(port, List.of("--cacert", authority), "PING"));
        List<String> stranger = List.of(
                "--cacert",
                authority,
                "--cert",
                certificates.certificate("stranger").toString(),
                "--key",
                certificates.key("stranger").toString());
        assertRefused(redisCli(port, stranger, "PING"));
    }

    /** What redis-cli says, if anything, depends on whether it finds the connection closed, or the alert before that. */
    private void assertRefused(String said) {
        assertTrue(exitCode != 0 && !said.contains("PONG"), () -> exitCode + ": " + said);
    }

    private String redisCli(int port, List<String> identity, String... request) throws Exception {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", "" + port, "--tls"));
        command.addAll(identity);
        command.addAll(List.of(request));
        Path output = dir.resolve("redis-cli.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(TIMEOUT_MS, TimeUnit.MILLISECONDS), () -> "no end of " + command);
            exitCode = process.exitValue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output).trim();
    }

    private void refuseOthers(int port, int replicationPort) throws Exception {
        for (int each : List.of(port, replicationPort)) {
            for (String name : new String[] {null, "stranger"}) {
                try (Socket socket =
                        certificates.context(name).getSocketFactory().createSocket()) {
                    connect(socket, each);
                    assertThrows(IOException.class, () -> ask(socket), () -> name + " at " + each);
                }
            }
            try (Socket socket = new Socket()) {
                connect(socket, each);
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                byte[] answer = socket.getInputStream().readAllBytes();
                String text = new String(answer, StandardCharsets.ISO_8859_1);
                assertTrue(!text.contains("PONG") && answer.length < 64, () -> "without TLS at " + each + ": " + text);
            }
        }
        try (Socket socket = certificates.context("node").getSocketFactory().createSocket()) {
            connect(socket, port);
            assertEquals('+', ask(socket));
        }
    }

    private static void connect(Socket socket, int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
    }

    /** The first byte of the answer. */
    private static int ask(Socket socket) throws IOException {
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        int first = socket.getInputStream().read();
        if (first < 0) {
            throw new IOException("closed");
        }
        return first;
    }

    /** 10 MB of replies: they fill the sockets' buffers long before anything is read, and must all come. */
    private void sendMuchToWhoReadsLate(int port) throws Exception {
        int count = 500;
        try (Socket socket = certificates.context("node").getSocketFactory().createSocket()) {
            connect(socket, port);
            OutputStream out = socket.getOutputStream();
            String value = "v".repeat(VALUE_BYTES);
            out.write(("SET large " + value + "\r\n" + "GET large\r\n".repeat(count))
                    .getBytes(StandardCharsets.US_ASCII));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] ok = new byte["+OK\r\n".length()];
            in.readFully(ok);
            byte[] expected = ("$" + VALUE_BYTES + "\r\n" + value + "\r\n").getBytes(StandardCharsets.US_ASCII);
            byte[] reply = new byte[expected.length];
            for (int i = 0; i < count; i++) {
                in.readFully(reply);
                assertEquals(0, Arrays.compare(expected, reply), "reply " + i);
            }
        }
    }
}
