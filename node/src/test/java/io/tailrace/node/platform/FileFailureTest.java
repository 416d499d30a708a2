package io.tailrace.node.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures as the machine makes them; those that need another user or disk, FileFailuresIT has from real processes. */
class FileFailureTest {
    @TempDir
    private Path dir;

    private static String of(Executable access) {
        return FileFailure.of(assertThrows(IOException.class, access));
    }

    @Test
    void shouldNameTheFirstDirectoryThatIsMissing() {
        Path file = dir.resolve("a/b/file");
        assertEquals(file + ": there is no directory " + dir.resolve("a"), of(() -> Files.readString(file)));
        assertEquals(
                dir.resolve("file") + ": there is no such file or directory",
                of(() -> Files.readString(dir.resolve("file"))));
    }

    @Test
    void shouldSayWhatIsInTheWay() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        assertEquals(file + ": there is a file of that name already", of(() -> Files.createFile(file)));
        Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("nowhere"));
        assertEquals(
                link + ": it is a symbolic link to nowhere, and leads to nothing; make that, or remove the link",
                of(() -> Files.createDirectories(link)));
        Files.delete(link);
        assertEquals(file + ": it is not a directory", of(() -> Files.list(file).close()));
        assertEquals(
                file + "/x: a part of the path is a file, not a directory",
                of(() -> Files.readString(file.resolve("x"))));
        assertEquals("it is a directory, not a file", of(() -> Files.readString(dir)));
        assertEquals(dir + ": it is a directory that is not empty", of(() -> Files.delete(dir)));
        assertEquals("it is not text in UTF-8", of(() -> {
            Files.write(file, new byte[] {(byte) 0xff});
            Files.readString(file);
        }));
    }

    @Test
    void shouldSayWhoseAFileIs() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        String owner = Files.getOwner(file).getName();
        String user = System.getProperty("user.name");
        assertEquals(
                file + ": permission denied: it belongs to " + owner + " (r--------), this process runs as " + user
                        + "; run it as the owner, or change who may use it",
                FileFailure.of(new AccessDeniedException(file.toString())));
        assertTrue(
                FileFailure.of(new AccessDeniedException(dir.resolve("new").toString()))
                        .startsWith(dir.resolve("new") + ": permission denied: " + dir + " belongs to " + owner + " ("),
                "it would be made in there");
    }

    @Test
    void shouldSayThatADiskIsFull() {
        assertTrue(of(() -> Files.write(Path.of("/dev/full"), new byte[1], StandardOpenOption.WRITE))
                .startsWith("no space left on the disk; delete "));
    }

    @ParameterizedTest
    @CsvSource({
        "Read-only file system, is read-only; mount it for writing",
        "Too many open files, raise 'ulimit -n'",
        "Input/output error, failed (Input/output error); see 'dmesg'",
        "Disk quota exceeded, is used up",
        "No space left on device, no space left on the disk of ",
        "Something new, Something new",
    })
    void shouldSayWhatToDoAboutWhatTheSystemSays(String reason, String advice) {
        String line = FileFailure.of(new FileSystemException(dir.resolve("f").toString(), null, reason));
        assertTrue(line.startsWith(dir.resolve("f") + ": ") && line.contains(advice), line);
    }

    @Test
    void shouldNotRepeatTheFileNorNameAClass() {
        Path file = dir.resolve("file");
        IOException missing = assertThrows(IOException.class, () -> Files.readString(file));
        assertEquals("there is no such file or directory", FileFailure.of(missing, file));
        assertEquals(FileFailure.of(missing), FileFailure.of(new UncheckedIOException(missing)));
        assertEquals("it was closed meanwhile", FileFailure.of(new ClosedChannelException()));
        assertEquals("the message", FileFailure.of(new IOException("the message")));
    }
}
