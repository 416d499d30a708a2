package io.tailrace.node.simulation;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/** A path of a {@link DiskFileSystem}: the machine's own path, whose use passes the disk. */
final class DiskPath implements Path {
    private final DiskFileSystem files;
    private final Path own;

    DiskPath(DiskFileSystem files, Path own) {
        this.files = files;
        this.own = own;
    }

    static Path own(Path path) {
        return ((DiskPath) path).own;
    }

    private static Path unwrap(Path path) {
        return path instanceof DiskPath disk ? disk.own : path;
    }

    private Path wrap(Path path) {
        return path == null ? null : new DiskPath(files, path);
    }

    @Override
    public FileSystem getFileSystem() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return own.isAbsolute();
    }

    @Override
    public Path getRoot() {
        return wrap(own.getRoot());
    }

    @Override
    public Path getFileName() {
        return wrap(own.getFileName());
    }

    @Override
    public Path getParent() {
        return wrap(own.getParent());
    }

    @Override
    public int getNameCount() {
        return own.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return wrap(own.getName(index));
    }

    @Override
    public Path subpath(int begin, int end) {
        return wrap(own.subpath(begin, end));
    }

    @Override
    public boolean startsWith(Path other) {
        return own.startsWith(unwrap(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return own.endsWith(unwrap(other));
    }

    @Override
    public Path normalize() {
        return wrap(own.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return wrap(own.resolve(unwrap(other)));
    }

    @Override
    public Path relativize(Path other) {
        return wrap(own.relativize(unwrap(other)));
    }

    @Override
    public URI toUri() {
        return own.toUri();
    }

    @Override
    public Path toAbsolutePath() {
        return wrap(own.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return wrap(own.toRealPath(options));
    }

    /** For those who can't do without: the queue, which maps its files into memory. */
    @Override
    public File toFile() {
        return own.toFile();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return own.compareTo(unwrap(other));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DiskPath disk && disk.own.equals(own);
    }

    @Override
    public int hashCode() {
        return own.hashCode();
    }

    @Override
    public String toString() {
        return own.toString();
    }
}
