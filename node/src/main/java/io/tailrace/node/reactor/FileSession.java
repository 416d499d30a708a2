package io.tailrace.node.reactor;

import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that is sent a file and nothing else any more: SYNC. It counts as a replica, as in Redis. Owned and closed by the reactor's
 * thread; another makes the file ({@link FileTransfer}).
 *
 * <p>What the client says meanwhile is read for nothing: unread it would take the end of the file back when the socket is closed. One
 * that has only ended its side is still sent everything.
 */
final class FileSession implements PeerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(FileSession.class);

    private final DetachedConnection connection;
    private final FileTransfer transfer;
    private final ReplyWriter output = new ReplyWriter(FileTransfer.CHUNK);
    private boolean isInputEnded;
    private boolean isClosed;

    /** @param connection closed at the end of the file */
    FileSession(DetachedConnection connection, FileTransfer transfer) {
        this.connection = connection;
        this.transfer = transfer;
        connection.info().becomeReplica();
        connection.output(output);
        connection.await(true);
    }

    /** Lets the file be made. */
    FileSession start(Background background, String name) {
        try {
            transfer.start(background, name, () -> connection.loop().execute(this::proceed));
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error(
                    "client={}: no thread can make the file that it asks for",
                    connection.info().id(),
                    e);
            kill();
        }
        return this;
    }

    @Override
    public void onReady(SelectionKey key) throws IOException {
        if (!isClosed && key.isWritable()) {
            send();
        }
        if (!isClosed && key.isReadable()) {
            onMore();
        }
    }

    @Override
    public void onMore() throws IOException {
        if (isClosed) {
            return;
        }
        isInputEnded = connection.discard() < 0;
        send();
    }

    /** There is another part of the file. */
    private void proceed() {
        try {
            send();
        } catch (IOException | RuntimeException e) {
            onFailure(e);
        }
    }

    private void send() throws IOException {
        if (isClosed) {
            return;
        }
        connection.flush();
        while (connection.isDrained() && transfer.moveTo(output)) {
            connection.flush();
        }
        if (connection.isDrained() && transfer.isOver()) {
            kill();
        } else {
            connection.await(!isInputEnded);
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        LOG.debug(
                "client={}: the file that it is sent ends early",
                connection.info().id(),
                cause);
        kill();
    }

    @Override
    public ClientInfo client() {
        return connection.info();
    }

    @Override
    public CycleStep step() {
        return CycleStep.PUMP;
    }

    @Override
    public long pendingBytes() {
        return output.pending();
    }

    @Override
    public void kill() {
        if (!isClosed) {
            isClosed = true;
            transfer.cancel();
            connection.close();
            output.close();
        }
    }
}
