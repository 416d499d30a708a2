package io.tailrace.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file on a disk with this much space left: the write that passes it is cut short, the next one fails. */
final class FailingChannel extends FileChannel {
    private final FileChannel file;
    private final boolean isSyncFailing;
    private long spaceLeft;

    FailingChannel(FileChannel file, long spaceLeft, boolean isSyncFailing) {
        this.file = file;
        this.spaceLeft = spaceLeft;
        this.isSyncFailing = isSyncFailing;
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        if (spaceLeft == 0) {
            throw new IOException("No space left on device");
        }
        int limit = bytes.limit();
        bytes.limit((int) Math.min(limit, bytes.position() + spaceLeft));
        int count = file.write(bytes, position);
        bytes.limit(limit);
        spaceLeft -= count;
        return count;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        if (isSyncFailing) {
            throw new IOException("Input/output error");
        }
        file.force(metaData);
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }

    @Override
    public int read(ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer bytes, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long length, boolean isShared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long length, boolean isShared) {
        throw new UnsupportedOperationException();
    }
}
