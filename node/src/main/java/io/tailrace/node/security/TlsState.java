package io.tailrace.node.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import tlschannel.NeedsReadException;
import tlschannel.NeedsTaskException;
import tlschannel.NeedsWriteException;
import tlschannel.TlsChannel;

/**
 * TLS above a socket that doesn't block: what it waits for besides what its connection waits for. Owned by a reactor's
 * thread, but for what a handshake computes, which another thread does.
 *
 * <pre>
 *  handshaking: read and write give 0, and readiness to read is waited for
 *     - busy: keys and certificates are computed elsewhere; nothing is waited for until that is done
 *  established: as a plain socket, but that
 *     - bytes that were taken may wait here, encrypted ({@link #hasUnsent})
 *     - bytes may have come that a full buffer left here; {@link #again} comes back for them
 * </pre>
 */
final class TlsState {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final long FULL_INBOX_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int MAX_TRIES = 10_000;

    private final SocketChannel channel;
    private final Predicate<Runnable> reactor;
    private final Executor tasks;
    private Runnable again;
    private TlsChannel tls;
    private SSLEngine engine;
    private boolean isEstablished;
    private boolean isRefused;
    private boolean isBusy;
    private boolean hasUnsent;
    private boolean hasMore;
    private boolean isAgainDue;
    private boolean isClosed;

    TlsState(SocketChannel channel, Predicate<Runnable> reactor, Executor tasks, Runnable again) {
        this.channel = channel;
        this.reactor = reactor;
        this.tasks = tasks;
        this.again = again;
    }

    void above(TlsChannel tlsChannel) {
        tls = tlsChannel;
    }

    /** Comes back to another from now on. */
    void again(Runnable next) {
        again = next;
    }

    /** The engine that the channel is made of. */
    SSLEngine with(SSLEngine ofChannel) {
        engine = ofChannel;
        return ofChannel;
    }

    void established() {
        isEstablished = true;
    }

    boolean isEstablished() {
        return isEstablished;
    }

    boolean hasUnsent() {
        return hasUnsent;
    }

    /** As much as the target takes and there is; negative at the end. */
    int read(ByteBuffer target) throws IOException {
        if (isBusy) {
            return 0;
        }
        hasMore = false;
        int total = 0;
        try {
            while (target.hasRemaining()) {
                int count = tls.read(target);
                if (count < 0 && total == 0) {
                    return count;
                }
                hasMore = count < 0;
                if (hasMore) {
                    break;
                }
                total += count;
            }
            hasMore |= !target.hasRemaining();
        } catch (NeedsReadException e) {
            hasUnsent &= isEstablished;
        } catch (NeedsWriteException e) {
            hasUnsent = true;
        } catch (NeedsTaskException e) {
            compute(e.getTask());
        } catch (SSLException e) {
            refuse();
            throw e;
        }
        readRest();
        return total;
    }

    /** Returns how many bytes were taken, which may wait here then. */
    int write(ByteBuffer source) throws IOException {
        if (isBusy) {
            return 0;
        }
        int before = source.position();
        try {
            tls.write(source);
            hasUnsent = false;
        } catch (NeedsReadException e) {
            hasUnsent = false;
        } catch (NeedsWriteException e) {
            hasUnsent = true;
        } catch (NeedsTaskException e) {
            compute(e.getTask());
        } catch (SSLException e) {
            refuse();
            throw e;
        }
        return source.position() - before;
    }

    /** Sends what waits here. */
    void push() throws IOException {
        write(NOTHING);
    }

    /** Comes back for what a full buffer left here. */
    void readRest() {
        if (hasMore && !isAgainDue) {
            isAgainDue = true;
            isAgainDue = reactor.test(() -> {
                isAgainDue = false;
                goOn();
            });
        }
    }

    private void refuse() {
        TlsAlert.send(engine, channel);
        isRefused = !isEstablished;
    }

    /** Whether the handshake has failed and the peer was told. */
    boolean isRefused() {
        return isRefused;
    }

    private void compute(Runnable task) {
        isBusy = true;
        tasks.execute(() -> {
            task.run();
            for (int i = 0; i < MAX_TRIES && !reactor.test(this::computed); i++) {
                LockSupport.parkNanos(FULL_INBOX_NANOS);
            }
        });
    }

    private void computed() {
        isBusy = false;
        goOn();
    }

    private void goOn() {
        if (!isClosed) {
            again.run();
        }
    }

    /** What a selector is to wait for, where a plain socket would wait for {@code wanted}. */
    int interest(int wanted) {
        int unsent = hasUnsent ? SelectionKey.OP_WRITE : 0;
        if (isBusy) {
            return 0;
        }
        return isEstablished ? wanted | unsent : SelectionKey.OP_READ | unsent;
    }

    /** Says goodbye, as far as that is possible at once, and closes the socket too. */
    void close() throws IOException {
        isClosed = true;
        tls.close();
    }
}
