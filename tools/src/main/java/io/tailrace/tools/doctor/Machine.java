package io.tailrace.tools.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What Linux reports about a machine, in the files below a root: {@code /}, or a prepared tree. Any thread. */
final class Machine {
    private final Path root;

    Machine(Path root) {
        this.root = root;
    }

    /** A file's text without what is blank around it; empty where there is none, or none for us. */
    Optional<String> text(String path) {
        try {
            return Optional.of(Files.readString(root.resolve(path)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    OptionalLong number(String path) {
        try {
            Optional<String> text = text(path);
            return text.isPresent() ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    List<String> lines(String path) {
        return text(path).map(String::lines).map(Stream::toList).orElse(List.of());
    }

    /** The names in a directory, in order. */
    List<String> names(String path) {
        try (Stream<Path> entries = Files.list(root.resolve(path))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Of a list such as {@code 0-3,7}. */
    static TreeSet<Integer> processors(String list) {
        TreeSet<Integer> processors = new TreeSet<>();
        for (String part : list.isBlank() ? new String[0] : list.strip().split(",")) {
            String[] ends = part.split("-");
            int last = Integer.parseInt(ends[ends.length - 1].strip());
            for (int i = Integer.parseInt(ends[0].strip()); i <= last; i++) {
                processors.add(i);
            }
        }
        return processors;
    }

    /** Processors that a process which is started here may use. */
    TreeSet<Integer> allowed() {
        return lines("proc/self/status").stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> processors(line.substring(line.indexOf(':') + 1)))
                .findFirst()
                .orElseGet(TreeSet::new);
    }

    OptionalLong memoryBytes() {
        return lines("proc/meminfo").stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst();
    }
}
