package io.tailrace.node.simulation;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Passes each use of a file to the disk first, which may refuse it, and then to the machine. Directories are listed sorted. */
final class DiskProvider extends FileSystemProvider {
    private final DiskFileSystem files;
    private final Disk.View disk;

    DiskProvider(DiskFileSystem files, Disk.View disk) {
        this.files = files;
        this.disk = disk;
    }

    private static Path own(Path path) {
        return DiskPath.own(path);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path own = own(path);
        boolean isNew = !Files.exists(own);
        boolean makes = options.contains(StandardOpenOption.CREATE) || options.contains(StandardOpenOption.CREATE_NEW);
        if (isNew && makes) {
            disk.grow("create " + own.getFileName());
        } else {
            disk.read("open " + own.getFileName());
        }
        FileChannel channel = FileChannel.open(own, options, attributes);
        boolean isMapped = own.toString().endsWith(".cq4") && !options.contains(StandardOpenOption.WRITE);
        if (isMapped) {
            // by a library that can map nothing but the machine's own files
            return channel;
        }
        if (isNew) {
            disk.durable().created(own);
        }
        if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            disk.durable().written(own);
        }
        return new DiskChannel(channel, own, disk);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        disk.read("list " + own(directory).getFileName());
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(own(directory))) {
            for (Path entry : stream) {
                Path wrapped = new DiskPath(files, entry);
                if (filter.accept(wrapped)) {
                    entries.add(wrapped);
                }
            }
        }
        Collections.sort(entries);
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return entries.iterator();
            }

            @Override
            public void close() {
                // all of it was read
            }
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        disk.grow("make " + own(directory).getFileName());
        Files.createDirectory(own(directory), attributes);
        disk.durable().created(own(directory));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        disk.grow("link " + own(link).getFileName());
        Files.createLink(own(link), own(existing));
        disk.durable().linked(own(link), own(existing));
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.change("delete " + own(path).getFileName());
        if (!Files.exists(own(path), LinkOption.NOFOLLOW_LINKS)) {
            throw new java.nio.file.NoSuchFileException(path.toString());
        }
        disk.durable().deleting(own(path));
        Files.delete(own(path));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        disk.change("rename " + own(source).getFileName());
        disk.durable().moving(own(source), own(target));
        Files.move(own(source), own(target), options);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        disk.grow("copy " + own(source).getFileName());
        Files.copy(own(source), own(target), options);
        disk.durable().created(own(target));
        disk.durable().written(own(target));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        own(path).getFileSystem().provider().checkAccess(own(path), modes);
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return Files.isSameFile(own(path), own(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return Files.isHidden(own(path));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return Files.readAttributes(own(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return Files.readAttributes(own(path), attributes, options);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return Files.getFileAttributeView(own(path), type, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        Files.setAttribute(own(path), attribute, value, options);
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return Files.getFileStore(own(path));
    }

    @Override
    public String getScheme() {
        return "simulated";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }
}
