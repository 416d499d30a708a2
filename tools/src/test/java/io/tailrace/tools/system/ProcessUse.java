package io.tailrace.tools.system;

import io.tailrace.tools.demo.NodeProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a node's process holds of everything that could leak. The node runs with {@link #OPTION}.
 *
 * @param heap bytes of the Java heap that are in use after a collection
 * @param direct bytes of buffers and of the store, all that is not the heap and was asked for by Java code
 * @param own bytes of memory of its own, as {@link MemoryUse} counts them
 * @param mapped files mapped into memory
 * @param deleted of these, those that are deleted already: what keeps the disk full after a segment is gone
 * @param descriptors open files and sockets
 */
record ProcessUse(long heap, long direct, long own, int mapped, int deleted, int descriptors, int threads) {
    static final String OPTION = "-XX:NativeMemoryTracking=summary";
    static final String HEAD = String.format(
            Locale.ROOT,
            "%8s %9s %7s %7s %8s %12s %8s",
            "heap MB",
            "direct MB",
            "own MB",
            "mapped",
            "deleted",
            "descriptors",
            "threads");
    private static final Pattern HEAP = Pattern.compile("\\bused (\\d+)([KM])");
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");
    private static final long LIMIT_SECONDS = 60;

    static ProcessUse of(NodeProcess node) throws IOException, InterruptedException {
        jcmd(node, "GC.run");
        Path process = Path.of("/proc/" + node.pid());
        List<String> files = Files.readAllLines(process.resolve("maps"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.indexOf('/') > 0)
                .map(line -> line.substring(line.indexOf('/')))
                .filter(name -> name.startsWith(node.directory().toString()))
                .distinct()
                .toList();
        return new ProcessUse(
                heap(jcmd(node, "GC.heap_info")),
                direct(jcmd(node, "VM.native_memory", "summary", "scale=KB")),
                MemoryUse.of(node).own(),
                files.size(),
                (int) files.stream().filter(name -> name.endsWith("(deleted)")).count(),
                count(process.resolve("fd")),
                count(process.resolve("task")));
    }

    /** What this one holds more than another, as a complaint about each kind that grew by more than is allowed; empty when none did. */
    String growthSince(ProcessUse before) {
        StringBuilder text = new StringBuilder();
        complain(text, "heap", before.heap, heap, 16 << 20);
        complain(text, "direct memory", before.direct, direct, 16 << 20);
        complain(text, "own memory", before.own, own, 48 << 20);
        complain(text, "mapped files", before.mapped, mapped, 4);
        complain(text, "deleted files", before.deleted, deleted, 2);
        complain(text, "descriptors", before.descriptors, descriptors, 4);
        complain(text, "threads", before.threads, threads, 2);
        return text.toString();
    }

    private static void complain(StringBuilder text, String what, long before, long after, long allowed) {
        if (after - before > allowed) {
            text.append(what)
                    .append(" grew from ")
                    .append(before)
                    .append(" to ")
                    .append(after)
                    .append("; ");
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%8d %9d %7d %7d %8d %12d %8d",
                heap >> 20,
                direct >> 20,
                own >> 20,
                mapped,
                deleted,
                descriptors,
                threads);
    }

    private static long heap(String info) {
        Matcher used = find(HEAP, info);
        return Long.parseLong(used.group(1)) << ("M".equals(used.group(2)) ? 20 : 10);
    }

    private static long direct(String summary) {
        return Long.parseLong(find(OTHER, summary).group(1)) << 10;
    }

    private static Matcher find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return matcher;
    }

    private static int count(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return (int) entries.count();
        }
    }

    private static String jcmd(NodeProcess node, String... command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        List<String> all = Stream.concat(Stream.of(jcmd.toString(), Long.toString(node.pid())), Stream.of(command))
                .toList();
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(all + " failed: " + printed);
        }
        return printed;
    }
}
