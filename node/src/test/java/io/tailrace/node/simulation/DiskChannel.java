package io.tailrace.node.simulation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file of the simulated disk. */
final class DiskChannel extends FileChannel {
    private final FileChannel own;
    private final Path path;
    private final Disk.View disk;

    DiskChannel(FileChannel own, Path path, Disk.View disk) {
        this.own = own;
        this.path = path;
        this.disk = disk;
        disk.opened(own);
    }

    private String what(String verb) {
        return verb + " " + path.getFileName();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        disk.read(what("read"));
        return own.read(into);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        disk.read(what("read"));
        return own.read(into, position);
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        disk.read(what("read"));
        return own.read(into, offset, length);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        disk.grow(what("write"));
        disk.durable().written(path);
        return own.write(from);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        disk.grow(what("write"));
        disk.durable().written(path);
        return own.write(from, position);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        disk.grow(what("write"));
        disk.durable().written(path);
        return own.write(from, offset, length);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        disk.change(what("sync"));
        disk.durable().synced(path);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        disk.change(what("cut"));
        disk.durable().written(path);
        own.truncate(size);
        return this;
    }

    @Override
    public long position() throws IOException {
        return own.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        own.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return own.size();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean isShared) throws IOException {
        return own.tryLock(position, size, isShared);
    }

    @Override
    public FileLock lock(long position, long size, boolean isShared) throws IOException {
        return own.lock(position, size, isShared);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        disk.read(what("read"));
        return own.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        disk.grow(what("write"));
        disk.durable().written(path);
        return own.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        disk.read(what("map"));
        return own.map(mode, position, size);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        own.close();
        disk.closed(own);
    }
}
