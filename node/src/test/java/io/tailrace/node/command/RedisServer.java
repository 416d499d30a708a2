package io.tailrace.node.command;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A redis-server of one's own on a free port, and one connection to it. For one test thread. */
final class RedisServer implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/bin/redis-server");
    private static final int TIMEOUT_MS = 10_000;

    private final Process process;
    private final int port;
    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    static boolean isInstalled() {
        return Files.isExecutable(BINARY);
    }

    RedisServer(Path directory, String... options) throws IOException {
        port = freePort();
        List<String> command = new ArrayList<>(List.of(BINARY.toString(), "--port", "" + port, "--save", ""));
        command.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString()));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await();
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** One more connection, the caller's to close. */
    Socket connect() throws IOException {
        return connect(InetAddress.getLoopbackAddress());
    }

    /** The same to another of this machine's addresses. */
    Socket connect(InetAddress address) throws IOException {
        Socket another = new Socket();
        another.connect(new InetSocketAddress(address, port), TIMEOUT_MS);
        another.setSoTimeout(TIMEOUT_MS);
        another.setTcpNoDelay(true);
        return another;
    }

    private void await() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (true) {
            try (Socket attempt = new Socket()) {
                attempt.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
                break;
            } catch (IOException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    process.destroyForcibly();
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
    }

    /** Sends the commands at once and gives their replies. */
    List<Reply> replies(List<String[]> commands) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        for (String[] command : commands) {
            request.writeBytes(ascii("*" + command.length + "\r\n"));
            for (String argument : command) {
                request.writeBytes(ascii("$" + argument.length() + "\r\n" + argument + "\r\n"));
            }
        }
        out.write(request.toByteArray());
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            replies.add(Reply.read(in));
        }
        return replies;
    }

    Reply reply(String... command) throws IOException {
        return replies(List.<String[]>of(command)).get(0);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        process.destroy();
        try {
            if (!process.waitFor(TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
