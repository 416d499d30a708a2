package io.tailrace.tools.demo;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A blocking RESP 2 client over one connection to a node. Arguments are byte arrays, or anything else as
 * the UTF-8 of its text. Replies are {@code String} (status), {@code Long}, {@code byte[]}, {@code List}, null, or an
 * {@link ErrorReplyException}, which {@link #call} throws and {@link #read} returns. One thread at a time.
 */
public final class RespClient implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Socket socket;
    private final DataInputStream in;
    private final BufferedOutputStream out;

    /** Connects to a node on this machine; no later wait for the node is longer than {@code timeout} either. */
    public RespClient(int port, Duration timeout) throws IOException {
        this(new Socket(), new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeout);
    }

    /** The same with a socket that is not connected yet, and is closed with this. */
    public RespClient(Socket socket, InetSocketAddress address, Duration timeout) throws IOException {
        this.socket = socket;
        try {
            socket.connect(address, Math.toIntExact(timeout.toMillis()));
            socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            socket.setTcpNoDelay(true);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
            out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** One request and its reply, on a connection without unread replies. */
    public Object call(Object... arguments) throws IOException {
        send(arguments);
        flush();
        Object reply = read();
        if (reply instanceof ErrorReplyException error) {
            throw error;
        }
        return reply;
    }

    /** {@link #call} for a status or a bulk string; null stays null. */
    public String text(Object... arguments) throws IOException {
        Object reply = call(arguments);
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : (String) reply;
    }

    /** {@link #call} for an integer. */
    public long number(Object... arguments) throws IOException {
        return (Long) call(arguments);
    }

    /** The fields of a section of INFO. */
    public Map<String, String> info(String section) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        text("INFO", section).lines().filter(line -> line.contains(":")).forEach(line -> {
            int colon = line.indexOf(':');
            fields.put(line.substring(0, colon), line.substring(colon + 1));
        });
        return fields;
    }

    /** Puts a request into the buffer; goes out with {@link #flush} or when the buffer is full. */
    public void send(Object... arguments) throws IOException {
        header('*', arguments.length);
        for (Object argument : arguments) {
            byte[] bytes =
                    argument instanceof byte[] raw ? raw : argument.toString().getBytes(StandardCharsets.UTF_8);
            header('$', bytes.length);
            out.write(bytes);
            out.write(LINE_END);
        }
    }

    /** Bytes as they are, for what is no proper request. */
    public void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    public void flush() throws IOException {
        out.flush();
    }

    private void header(char type, int number) throws IOException {
        out.write(type);
        out.write(Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
        out.write(LINE_END);
    }

    /**
     * The next reply.
     *
     * @throws EOFException when the node has closed the connection
     */
    public Object read() throws IOException {
        int type = in.read();
        if (type < 0) {
            throw new EOFException("the node closed the connection");
        }
        String line = line();
        return switch (type) {
            case '+' -> line;
            case '-' -> new ErrorReplyException(line);
            case ':' -> Long.valueOf(line);
            case '$' -> bulk(Integer.parseInt(line));
            case '*' -> array(Integer.parseInt(line));
            default -> throw new IOException("a reply can't begin with '" + (char) type + line + "'");
        };
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\r'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        if (in.readUnsignedByte() != '\n') {
            throw new IOException("no line end after " + line);
        }
        return line.toString();
    }

    private byte[] bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        if (in.readUnsignedByte() != '\r' || in.readUnsignedByte() != '\n') {
            throw new IOException("no line end after a bulk string of " + length + " bytes");
        }
        return bytes;
    }

    private List<Object> array(int count) throws IOException {
        if (count < 0) {
            return null;
        }
        List<Object> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            elements.add(read());
        }
        return elements;
    }

    /** Ends the connection by a reset instead of a farewell when {@code seconds} is 0; see SO_LINGER. */
    public void linger(int seconds) throws IOException {
        socket.setSoLinger(true, seconds);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
