package io.tailrace.tools.durability;

import io.tailrace.tools.demo.NodeProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/**
 * A disk that hangs, fails, or can't read or write some files, and a clock that jumps, for one node's process: the library made of {@code faults.c} stands between
 * it and the C library. Wants a C compiler.
 */
final class FaultyMachine {
    private final Path directory;

    private FaultyMachine(Path directory) {
        this.directory = directory;
    }

    /** Whether there is what it takes. */
    static boolean hasCompiler() throws Exception {
        return run("cc", "--version") == 0;
    }

    /** Compiles the library into a directory. */
    static Path compile(Path into) throws Exception {
        Path source = into.resolve("faults.c");
        Path library = into.resolve("faults.so");
        try (InputStream text = FaultyMachine.class.getResourceAsStream("/durability/faults.c")) {
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        }
        int code = run("cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString(), "-ldl");
        if (code != 0) {
            throw new IOException("cc ended with " + code);
        }
        return library;
    }

    private static int run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return -1;
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command[0] + " hangs");
        }
        return process.exitValue();
    }

    /** Puts a node that is not started yet on such a machine. */
    static FaultyMachine under(NodeProcess node, Path library) throws IOException {
        Path directory = Files.createDirectories(node.directory().resolve("faults"));
        node.variable("LD_PRELOAD", library.toString());
        node.variable("FAULTS", directory.toString());
        return new FaultyMachine(directory);
    }

    /** From now on no fsync returns. */
    void stallDisk() throws IOException {
        Files.createFile(directory.resolve("stall"));
    }

    /** From now on each fsync fails. */
    void failDisk() throws IOException {
        Files.createFile(directory.resolve("fail"));
    }

    /** From now on no file whose path has this part can be read from this byte on; what is mapped still can. */
    void failReads(String pathPart, long from) throws IOException {
        control("read", pathPart + "@" + from);
    }

    /** From now on no file whose path has this part can be written to from this byte on. */
    void failWrites(String pathPart, long from) throws IOException {
        control("write", pathPart + "@" + from);
    }

    void healDisk() throws IOException {
        for (String fault : new String[] {"stall", "fail", "read", "write"}) {
            Files.deleteIfExists(directory.resolve(fault));
        }
    }

    /** Sets the clock to this many seconds ahead of what is right, or behind. */
    void setClock(long secondsAhead) throws IOException {
        control("clock", Long.toString(secondsAhead));
    }

    private void control(String name, String content) throws IOException {
        Path fresh = Files.writeString(directory.resolve(name + ".new"), content, StandardCharsets.UTF_8);
        Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
