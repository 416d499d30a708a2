package io.tailrace.node.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Describes a failed file access in one line: which file, why, who owns it where that matters, and what can be done. Java's own
 * messages are often only the path. The caller states before that what was attempted. Stateless.
 */
public final class FileFailure {
    private FileFailure() {}

    /** The file, if the failure names one, and why: {@code /data/LOCK: permission denied: it belongs to ..}. */
    public static String of(Throwable failure) {
        Throwable cause = cause(failure);
        String file = cause instanceof FileSystemException named ? named.getFile() : null;
        String reason = reason(cause);
        return file == null || reason.startsWith(file) ? reason : file + ": " + reason;
    }

    /** The same where the caller's line has named the file already. */
    public static String of(Throwable failure, Path named) {
        String line = of(failure);
        String prefix = named + ": ";
        return line.startsWith(prefix) ? line.substring(prefix.length()) : line;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof UncheckedIOException unchecked ? unchecked.getCause() : failure;
    }

    private static String reason(Throwable failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing(missing.getFile());
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied(denied.getFile());
        }
        if (failure instanceof FileAlreadyExistsException there) {
            return inTheWay(there.getFile());
        }
        if (failure instanceof NotDirectoryException) {
            return "it is not a directory";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "it is a directory that is not empty";
        }
        if (failure instanceof CharacterCodingException) {
            return "it is not text in UTF-8";
        }
        if (failure instanceof ClosedChannelException) {
            return "it was closed meanwhile";
        }
        return ofSystem(failure);
    }

    /** What the operating system says, in its words, and what an operator can do about it. */
    private static String ofSystem(Throwable failure) {
        String file = failure instanceof FileSystemException named ? named.getFile() : null;
        String message = failure instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : failure.getMessage();
        if (message == null) {
            return "it failed with " + failure.getClass().getSimpleName();
        }
        return switch (message) {
            case "Permission denied" -> denied(file);
            case "Read-only file system" ->
                "the file system" + store(file) + " is read-only; mount it for writing, or take" + " another directory";
            case "No space left on device" ->
                "no space left on the disk" + store(file) + "; delete what is not needed there";
            case "Disk quota exceeded" -> "the user's quota on the disk" + store(file) + " is used up";
            case "Too many open files" -> "this process may not open more files; raise 'ulimit -n'";
            case "Input/output error" -> "the disk" + store(file) + " failed (Input/output error); see 'dmesg'";
            case "Is a directory" -> "it is a directory, not a file";
            case "Not a directory" -> "a part of the path is a file, not a directory";
            default -> message;
        };
    }

    /** A link that leads nowhere is in the way of what it is to lead to. */
    private static String inTheWay(String file) {
        Path path = file == null ? null : Path.of(file);
        if (path == null || !Files.isSymbolicLink(path) || Files.exists(path)) {
            return "there is a file of that name already";
        }
        String target;
        try {
            target = Files.readSymbolicLink(path).toString();
        } catch (IOException e) {
            target = "somewhere";
        }
        return "it is a symbolic link to " + target + ", and leads to nothing; make that, or remove the link";
    }

    /** Names the first directory on the way that is missing, too. */
    private static String missing(String file) {
        if (file == null) {
            return "there is no such file";
        }
        Path parent = Path.of(file).toAbsolutePath().getParent();
        Path gone = null;
        for (; parent != null && !Files.exists(parent); parent = parent.getParent()) {
            gone = parent;
        }
        return gone == null ? "there is no such file or directory" : "there is no directory " + gone;
    }

    /** Names the file or directory that is in the way: often it is one above the file. */
    private static String denied(String file) {
        String who = System.getProperty("user.name");
        if (file == null) {
            return "permission denied to user " + who;
        }
        Path path = Path.of(file).toAbsolutePath();
        Path blocking = path;
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above) && !Files.isExecutable(above)) {
                blocking = above;
            }
        }
        if (!Files.exists(blocking) && blocking.getParent() != null) {
            // it would be made in there
            blocking = blocking.getParent();
        }
        String subject = blocking.equals(path) ? "it" : blocking.toString();
        return "permission denied: " + owner(subject, blocking) + ", this process runs as " + who
                + "; run it as the owner, or" + " change who may use it";
    }

    private static String owner(String subject, Path path) {
        try {
            return subject + " belongs to " + Files.getOwner(path).getName() + " ("
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) + ")";
        } catch (IOException | UnsupportedOperationException e) {
            return "the owner of " + path + " is not known";
        }
    }

    private static String store(String file) {
        try {
            Path path = file == null ? null : Path.of(file).toAbsolutePath();
            while (path != null && !Files.exists(path)) {
                path = path.getParent();
            }
            return path == null ? "" : " of " + Files.getFileStore(path);
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }
}
