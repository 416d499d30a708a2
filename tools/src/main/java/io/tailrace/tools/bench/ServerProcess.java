package io.tailrace.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The processor time of a process on this machine, as Linux tells it. Any thread. */
final class ServerProcess {
    /** Fixed in Linux's interface to programs, whatever the kernel was built with. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private final Path process;

    /**
     * What it had used at a moment.
     *
     * @param seconds user and system, of all its threads, also of those that have ended
     * @param threadNanos of each thread that there is
     */
    record Used(double seconds, Map<String, Long> threadNanos) {
        /** What its busiest thread has used since. */
        double busiestSeconds(Used later) {
            return later.threadNanos.entrySet().stream()
                            .mapToLong(thread -> thread.getValue() - threadNanos.getOrDefault(thread.getKey(), 0L))
                            .max()
                            .orElse(0)
                    / 1e9;
        }
    }

    private ServerProcess(Path process) {
        this.process = process;
    }

    /**
     * The process of a server.
     *
     * @param proc where Linux describes processes
     * @param pid or 0 for the one that its INFO names, if it is on this machine
     * @return null when that can't be told
     */
    static ServerProcess of(Path proc, BenchTarget target, long pid) throws IOException {
        String named = pid > 0
                ? Long.toString(pid)
                : target.isLocal() ? target.info("server").get("process_id") : null;
        return named != null && Files.isReadable(proc.resolve(named).resolve("stat"))
                ? new ServerProcess(proc.resolve(named))
                : null;
    }

    Used used() throws IOException {
        // the name of the program is in brackets, and may have any byte in it
        String stat = Files.readString(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double seconds = (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
        Map<String, Long> threads = new HashMap<>();
        for (Path thread : threads()) {
            try {
                String used = Files.readString(thread.resolve("schedstat"));
                threads.put(thread.getFileName().toString(), Long.parseLong(used.substring(0, used.indexOf(' '))));
            } catch (NoSuchFileException e) {
                // it has ended
            } catch (IOException e) {
                return new Used(seconds, Map.of());
            }
        }
        return new Used(seconds, threads);
    }

    private List<Path> threads() throws IOException {
        try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
            return tasks.toList();
        }
    }
}
