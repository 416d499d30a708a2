package io.tailrace.node.platform;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary directory for files that nobody needs, {@code tailrace-warm-up-PROCESS-RANDOM}: not within the node's, where everything is
 * data. What a killed process has left of one the next of the same user removes. Owned by one thread at a time.
 */
public final class ScratchDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScratchDirectory.class);
    private static final String PREFIX = "tailrace-warm-up-";

    private final Path path;

    private ScratchDirectory(Path path) {
        this.path = path;
    }

    /** @param temporary the directory that it is made in */
    public static ScratchDirectory make(Path temporary) throws IOException {
        Path directory = Files.createTempDirectory(
                temporary, PREFIX + ProcessHandle.current().pid() + "-");
        removeAbandoned(temporary, Files.getOwner(directory));
        return new ScratchDirectory(directory);
    }

    private static void removeAbandoned(Path temporary, UserPrincipal owner) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            for (Path directory : found) {
                // anybody may make one of that name, or a link, but not as this user
                boolean isOwn = Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                        && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(owner);
                if (isOwn && isAbandoned(directory.getFileName().toString())) {
                    remove(directory);
                }
            }
        } catch (NoSuchFileException e) {
            LOG.debug("another node has removed it: {}", e.getMessage());
        }
    }

    private static boolean isAbandoned(String name) {
        String process = name.substring(PREFIX.length()).replaceFirst("-.*", "");
        return process.matches("\\d{1,10}")
                && ProcessHandle.of(Long.parseLong(process)).isEmpty();
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    private static void remove(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    remove(file);
                } else {
                    Files.delete(file);
                }
            }
        }
        Files.delete(directory);
    }

    /** Removes it with all that is in it. */
    @Override
    public void close() throws IOException {
        remove(path);
    }
}
