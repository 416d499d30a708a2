package io.tailrace.node.simulation;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.replication.PrimaryLocator;
import io.tailrace.node.replication.Topology;
import io.tailrace.node.security.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Asks where a primary replicates over the simulated network, a step at a time. */
final class Locator implements PrimaryLocator {
    private static final long TIMEOUT_MICROS = 3_000_000;
    private static final int LINES = 6;

    private final HostSockets sockets;
    private final LongSupplier micros;
    private final List<Question> questions = new ArrayList<>();

    private final class Question {
        private final HostPort primary;
        private final Consumer<Location> answer;
        private final SimulatedChannel channel;
        private final ByteBuffer received = ByteBuffer.allocate(1 << 10);
        private final long untilMicros = micros.getAsLong() + TIMEOUT_MICROS;
        private boolean isAsked;

        Question(HostPort primary, Consumer<Location> answer) {
            this.primary = primary;
            this.answer = answer;
            channel = (SimulatedChannel) sockets.openSocketChannel();
            channel.connect(new InetSocketAddress(primary.host(), primary.port()));
        }

        /** Whether something can be done. */
        boolean isReady() {
            int wanted = isAsked ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT;
            return (channel.readyOps() & wanted) != 0 || isLate();
        }

        private boolean isLate() {
            return micros.getAsLong() > untilMicros;
        }

        /** Whether it is over. */
        boolean step() throws IOException {
            if (isLate()) {
                throw new IOException("timed out");
            }
            if (!isAsked) {
                isAsked = channel.finishConnect() && channel.write(ByteBuffer.wrap(Topology.question())) > 0;
                return false;
            }
            int count = channel.read(received);
            if (count < 0) {
                throw new IOException("its answer is cut off");
            }
            byte[] bytes = Arrays.copyOf(received.array(), received.position());
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            if (text.lines().count() < LINES || !text.endsWith("\n")) {
                return false;
            }
            answer.accept(Topology.parse(channel.endpoint().remote().getAddress(), bytes));
            return true;
        }
    }

    Locator(HostSockets sockets, LongSupplier micros) {
        this.sockets = sockets;
        this.micros = micros;
    }

    @Override
    public void query(HostPort primary, Security security, Consumer<Location> answer) {
        questions.add(new Question(primary, answer));
    }

    /** A step of a question that can be taken, or null. */
    Runnable runnable() {
        for (Question question : questions) {
            if (question.isReady()) {
                return () -> step(question);
            }
        }
        return null;
    }

    private void step(Question question) {
        boolean isOver = true;
        try {
            isOver = question.step();
        } catch (IOException e) {
            question.answer.accept(Topology.failed(question.primary, e.getMessage()));
        } finally {
            if (isOver) {
                questions.remove(question);
                closeQuietly(question.channel);
            }
        }
    }

    private static void closeQuietly(SimulatedChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
