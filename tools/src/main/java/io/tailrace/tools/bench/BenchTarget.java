package io.tailrace.tools.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A server that is asked. Any thread.
 *
 * @param user null for the default user
 * @param password null for none
 */
record BenchTarget(String host, int port, String user, String password) {
    /** @throws IllegalArgumentException unless it is HOST:PORT */
    static BenchTarget parse(String text, String user, String password) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port > 0 && port < 1 << 16) {
                return new BenchTarget(text.substring(0, colon), port, user, password);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + text + "' is not HOST:PORT, such as 127.0.0.1:6379");
    }

    /** A connection that is logged in, and does not block. */
    SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new IOException("there is no such host");
            }
            channel.connect(address);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (password != null) {
                String reply = user == null ? call(channel, "AUTH", password) : call(channel, "AUTH", user, password);
                if (!reply.startsWith("+OK")) {
                    throw new IOException(this + " refused the login: " + reply);
                }
            }
            channel.configureBlocking(false);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException(this + ": " + e.getMessage(), e);
        }
    }

    /** One command on a connection of its own; gives what it replies, of a status with its first byte. */
    String call(String... words) throws IOException {
        try (SocketChannel channel = open()) {
            channel.configureBlocking(true);
            return call(channel, words);
        }
    }

    /** The same on a connection that blocks. */
    static String call(SocketChannel channel, String... words) throws IOException {
        StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            request.append('$')
                    .append(word.length())
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        ByteBuffer out = ByteBuffer.wrap(request.toString().getBytes(StandardCharsets.ISO_8859_1));
        while (out.hasRemaining()) {
            channel.write(out);
        }
        return read(new BufferedInputStream(Channels.newInputStream(channel)));
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server has closed the connection");
            }
            line.append((char) next);
        }
        in.read();
        if (line.charAt(0) != '$' || line.charAt(1) == '-') {
            return line.toString();
        }
        byte[] body = in.readNBytes(Integer.parseInt(line.substring(1)));
        in.readNBytes(2);
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    /** The fields of a section of INFO. */
    Map<String, String> info(String section) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        call("INFO", section).lines().filter(line -> line.contains(":")).forEach(line -> {
            int colon = line.indexOf(':');
            fields.put(line.substring(0, colon), line.substring(colon + 1).trim());
        });
        return fields;
    }

    /** Whether it is on this machine, so that the process that it names is one of ours. */
    boolean isLocal() throws IOException {
        InetAddress address = InetAddress.getByName(host);
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
