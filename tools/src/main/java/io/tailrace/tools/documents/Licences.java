package io.tailrace.tools.documents;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The licences and notices that jars bring along, as files. Stateless. */
public final class Licences {
    private Licences() {}

    /** Writes those of each jar of a directory into a directory of the jar's name. */
    public static void copy(Path jars, Path into) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(jars)) {
            files = all.filter(file -> file.toString().endsWith(".jar")).toList();
        }
        for (Path file : files) {
            try (ZipFile jar = new ZipFile(file.toFile())) {
                Path own = into.resolve(file.getFileName().toString().replaceFirst("[.]jar$", ""));
                for (ZipEntry entry : (Iterable<ZipEntry>) jar.stream().map(ZipEntry.class::cast)::iterator) {
                    String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                    if (name.matches("(LICEN[CS]E|NOTICE)[^/]*")) {
                        Files.createDirectories(own);
                        try (InputStream in = jar.getInputStream(entry)) {
                            Files.copy(in, unused(own, name));
                        }
                    }
                }
            }
        }
    }

    private static Path unused(Path directory, String name) {
        Path path = directory.resolve(name);
        for (int i = 2; Files.exists(path); i++) {
            path = directory.resolve(name + "." + i);
        }
        return path;
    }
}
