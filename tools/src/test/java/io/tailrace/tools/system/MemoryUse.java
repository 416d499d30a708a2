package io.tailrace.tools.system;

import io.tailrace.tools.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has in memory, bytes, as the kernel counts pages in /proc/PID/smaps_rollup. A page that is mapped several times
 * counts once, as some collectors map their heap so.
 *
 * @param own its own memory, without the Java heap where that is shared memory: it can't be given back
 * @param shared memory under no file's name, which is what ZGC keeps the Java heap in
 * @param files pages of files on disk that it has mapped, such as the log: the kernel drops them when it wants
 */
record MemoryUse(long own, long shared, long files) {
    static MemoryUse of(NodeProcess node) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/" + node.pid() + "/smaps_rollup"));
        return new MemoryUse(bytes(lines, "Pss_Anon:"), bytes(lines, "Pss_Shmem:"), bytes(lines, "Pss_File:"));
    }

    /** Of each kind the more. */
    MemoryUse max(MemoryUse other) {
        return new MemoryUse(Math.max(own, other.own), Math.max(shared, other.shared), Math.max(files, other.files));
    }

    /** All that is no file's. */
    long anonymous() {
        return own + shared;
    }

    @Override
    public String toString() {
        return (own >> 20) + " MB of its own and " + (shared >> 20) + " MB of Java heap (files: " + (files >> 20)
                + " MB)";
    }

    private static long bytes(List<String> lines, String field) {
        return lines.stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + field + " in " + lines));
    }
}
