package io.tailrace.node.report;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system knows of this process; 0 or empty where it doesn't say. Stateless. */
final class ProcessFacts {
    private static final int PAGE = 4096;
    private static final int TICKS_PER_SECOND = 100;

    private ProcessFacts() {}

    static long id() {
        return ProcessHandle.current().pid();
    }

    static String executable() {
        return ProcessHandle.current().info().command().orElse("");
    }

    /** As uname prints it: system, release, machine. */
    static String system() {
        String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + machine;
    }

    /** Bytes of physical memory. */
    static long residentBytes() {
        String[] words = words("/proc/self/statm");
        return words.length > 1 ? Long.parseLong(words[1]) * PAGE : 0;
    }

    /** Bytes of memory that the machine has. */
    static long machineBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemTotal:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Seconds of processor time, of user code first, then of the kernel. */
    static double[] processorSeconds() {
        String[] words = words("/proc/self/stat");
        int after = 0;
        for (int i = 0; i < words.length; i++) {
            after = words[i].endsWith(")") ? i : after;
        }
        return words.length > after + 13
                ? new double[] {seconds(words[after + 12]), seconds(words[after + 13])}
                : new double[2];
    }

    /** Garbage collections since the start of the process. */
    static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .filter(count -> count > 0)
                .sum();
    }

    /** For how long they have stopped or slowed the process, about. */
    static long collectionMs() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .filter(millis -> millis > 0)
                .sum();
    }

    private static double seconds(String ticks) {
        return (double) Long.parseLong(ticks) / TICKS_PER_SECOND;
    }

    private static String[] words(String file) {
        try {
            return Files.readString(Path.of(file)).trim().split(" ");
        } catch (IOException e) {
            return new String[0];
        }
    }
}
