package io.tailrace.tools.demo;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A place for a node - a directory, a port, flags - and the real process that runs there, started through the launcher.
 * It may be killed and started again any number of times; its data stay. What it prints is appended to
 * {@code output.txt} in its directory. The launcher ends in {@code exec java}, so the process is the node itself.
 *
 * <p>The caller closes it; should this JVM end before, a hook kills what is left. One thread at a time.
 */
public final class NodeProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "kill-the-nodes-that-are-left"));
    }

    private final Path directory;
    private final int port;
    private final List<String> flags;
    private Path data;
    private String javaOptions = "";
    private String password;
    private final Map<String, String> variables = new HashMap<>();
    private List<String> before = List.of();
    private Process process;

    /**
     * A place where no process runs yet.
     *
     * @param directory made when it is missing; the node's data directory is {@code data} in it
     * @param flags those of {@code tailrace node}, without {@code --port} and {@code --data-dir}
     */
    public NodeProcess(Path directory, int port, List<String> flags) {
        this.directory = directory;
        data = directory.resolve("data");
        this.port = port;
        this.flags = List.copyOf(flags);
    }

    /** Options for the node's JVM, after and so stronger than the launcher's. */
    public NodeProcess javaOptions(String options) {
        javaOptions = options;
        return this;
    }

    /** The password of the default user, which clients of {@link #connect} and the node's own links then log in with. */
    public NodeProcess password(String clear) {
        password = clear;
        return variable("TAILRACE_REQUIREPASS", clear).variable("TAILRACE_MASTERAUTH", clear);
    }

    /** One more in the environment of the processes to come. */
    public NodeProcess variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** Another data directory than the one in the place itself. */
    public NodeProcess dataDirectory(Path other) {
        data = other;
        return this;
    }

    /** A command, as {@code env} with options, that runs the processes to come. */
    public NodeProcess runBy(String... command) {
        before = List.of(command);
        return this;
    }

    /** The launcher that started this JVM, or that of the checkout in which these classes were built. */
    public static Path launcher() {
        String named = System.getProperty("tailrace.launcher");
        if (named != null) {
            return Path.of(named);
        }
        try {
            Path classes = Path.of(NodeProcess.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return classes.resolveSibling("../bin/tailrace").normalize();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts the process without waiting for what becomes of it. */
    public NodeProcess start(String... moreFlags) throws IOException {
        if (isAlive()) {
            throw new IllegalStateException("already running: pid " + pid());
        }
        Files.createDirectories(directory);
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(launcher().toString(), "node"));
        command.addAll(List.of("--port", Integer.toString(port), "--data-dir", data().toString()));
        command.addAll(flags);
        command.addAll(List.of(moreFlags));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
        builder.environment().keySet().removeIf(NodeProcess::isSetting);
        builder.environment().put("TAILRACE_BUILD", "never");
        builder.environment().put("TAILRACE_JAVA_OPTS", javaOptions);
        builder.environment().putAll(variables);
        process = builder.start();
        RUNNING.add(process);
        return this;
    }

    /** The surroundings' settings are not meant for this node; what the launcher itself reads is. */
    private static boolean isSetting(String variable) {
        return variable.startsWith("TAILRACE_") && !variable.equals("TAILRACE_CLASSPATH");
    }

    /** {@link #start} and {@link #awaitReady}. */
    public NodeProcess startAndAwait(String... moreFlags) throws IOException {
        start(moreFlags);
        awaitReady(START_LIMIT);
        return this;
    }

    /**
     * Returns when the node answers PING.
     *
     * @throws IOException when the process has ended instead, with what it printed
     */
    public void awaitReady(Duration limit) throws IOException {
        Await.until("node on port " + port + " to answer PING", limit, () -> !isAlive() || answersPing());
        if (!isAlive()) {
            throw new IOException("the node exited with code " + process.exitValue() + ":\n" + printed());
        }
    }

    private boolean answersPing() throws IOException {
        try (RespClient client = connect(Duration.ofSeconds(2))) {
            return "PONG".equals(client.text("PING"));
        }
    }

    /** Ends the process as a crash does (SIGKILL) and returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(STOP_LIMIT);
    }

    /** {@link #kill} at the end of {@code delay}, or as soon as the process has ended by itself. */
    public void killAfter(Duration delay) {
        try {
            process.waitFor(delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kill();
    }

    /** Asks the process to end (SIGTERM) and returns its exit code. */
    public int terminate() {
        process.destroy();
        return awaitExit(STOP_LIMIT);
    }

    /** Stops the process where it is (SIGSTOP): its sockets stay open and nothing answers. Returns when all threads stand. */
    public void pause() throws IOException {
        signal("STOP");
        Await.until("process " + pid() + " to stop", STOP_LIMIT, () -> areAllThreadsStopped(Path.of("/proc/" + pid())));
    }

    /** The kernel stops each thread when it next comes by, on a busy machine some time after the signal was sent. */
    private static boolean areAllThreadsStopped(Path process) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
                // the state follows the name, which stands in brackets and may hold some itself
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        }
    }

    /** Lets a paused process continue (SIGCONT). */
    public void resume() throws IOException {
        signal("CONT");
    }

    /** SIGHUP. */
    public void hangUp() throws IOException {
        signal("HUP");
    }

    private void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid())
                .inheritIO()
                .start();
        awaitExit(kill, STOP_LIMIT);
        if (kill.exitValue() != 0) {
            throw new IOException("can't send SIG" + name + " to " + pid());
        }
    }

    /** The exit code of a process that ends by itself. */
    public int awaitExit(Duration limit) {
        awaitExit(process, limit);
        RUNNING.remove(process);
        return process.exitValue();
    }

    private static void awaitExit(Process process, Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AwaitException("process " + process.pid() + " has not ended after " + limit, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwaitException("interrupted while waiting for process " + process.pid(), e);
        }
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public int port() {
        return port;
    }

    /** The replication port of a shard, when the flags say nothing else. */
    public int replicationPort(int shard) {
        return port + 10_000 + shard;
    }

    /** What a replica's {@code --replicaof} takes. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    public Path directory() {
        return directory;
    }

    /** The node's data directory. */
    public Path data() {
        return data;
    }

    public Path output() {
        return directory.resolve("output.txt");
    }

    /** All that the processes here have printed so far. */
    public String printed() throws IOException {
        return Files.exists(output()) ? Files.readString(output(), StandardCharsets.UTF_8) : "";
    }

    /** A new connection. */
    public RespClient connect() throws IOException {
        return connect(CALL_LIMIT);
    }

    private RespClient connect(Duration limit) throws IOException {
        RespClient client = new RespClient(port, limit);
        try {
            if (password != null) {
                client.call("AUTH", password);
            }
            return client;
        } catch (IOException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** The memory of the process that is resident, from /proc; 0 where there is none. */
    public long residentBytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }

    /** Kills the process if it still runs; paused or not. The directory stays. */
    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
