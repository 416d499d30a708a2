package io.tailrace.tools.clients;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The programs of other languages, which lie in folders of {@code clients} among the resources of the tests. */
final class ClientResources {
    private static final String ROOT = "/clients/";

    private ClientResources() {}

    /** The text of a file. */
    static String text(String folder, String name) throws IOException {
        try (InputStream in = ClientResources.class.getResourceAsStream(ROOT + folder + "/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Copies files into a directory, where another process may be running the same; returns the last one's path. */
    static Path copy(String folder, Path directory, String... names) throws IOException {
        Files.createDirectories(directory);
        Path last = directory;
        for (String name : names) {
            Path written = Files.createTempFile(directory, name, ".new");
            Files.writeString(written, text(folder, name));
            last = directory.resolve(name);
            Files.move(written, last, StandardCopyOption.ATOMIC_MOVE);
        }
        return last;
    }
}
