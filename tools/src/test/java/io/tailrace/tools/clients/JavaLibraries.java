package io.tailrace.tools.clients;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The programs of {@code clients/java} and the libraries that they use, which have a tree of dependencies of their own: a pom beside
 * them names the versions, and Maven tells the classpath. Compiled below {@code target}.
 */
final class JavaLibraries {
    private static final String FOLDER = "java";
    private static final String POM = "pom.xml";
    private static final String[] SOURCES = {
        "Transcript.java", "RedissonProgram.java", "SpringProgram.java", "RedissonFailover.java"
    };
    private static final String CLASSPATH_GOAL =
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final Path directory = Path.of("target", "clients", FOLDER).toAbsolutePath();
    private final Path classes = directory.resolve("classes");
    private final String classpath;

    /** Skips the test where Maven is missing or reaches no repository. */
    JavaLibraries() throws IOException, InterruptedException {
        ClientProgram.assumeInstalled("mvn", "maven");
        Files.createDirectories(directory);
        Path lock = directory.resolve("lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // other test processes do the same in the same directory
            channel.lock();
            classpath = classes + File.pathSeparator + resolve();
            compile();
        }
    }

    private String resolve() throws IOException, InterruptedException {
        Path resolved = directory.resolve("classpath");
        Path known = directory.resolve("resolved-pom.xml");
        String pom = ClientResources.text(FOLDER, POM);
        boolean isKnown = Files.exists(known) && Files.readString(known).equals(pom) && Files.exists(resolved);
        if (!isKnown) {
            Path file = ClientResources.copy(FOLDER, directory, POM);
            String target = "-Dmdep.outputFile=" + resolved;
            List<String> command = List.of("mvn", "-B", "-q", "-f", file.toString(), CLASSPATH_GOAL, target);
            try (ClientProgram maven = new ClientProgram(directory, "mvn", command, Map.of())) {
                boolean isDone = maven.hasSucceeded(LIMIT);
                ClientProgram.assume(isDone, "Maven can't find what the tests use: " + maven.printed());
            }
            Files.writeString(known, pom);
        }
        return Files.readString(resolved).strip();
    }

    private void compile() throws IOException, InterruptedException {
        String sources = "";
        for (String name : SOURCES) {
            sources += ClientResources.text(FOLDER, name);
        }
        Path compiled = directory.resolve("compiled-sources");
        if (Files.exists(compiled) && Files.readString(compiled).equals(sources)) {
            return;
        }
        List<String> command = new ArrayList<>(List.of(program("javac"), "-nowarn", "-cp", classpath));
        command.addAll(List.of("-d", classes.toString()));
        for (String name : SOURCES) {
            command.add(ClientResources.copy(FOLDER, directory, name).toString());
        }
        try (ClientProgram javac = new ClientProgram(directory, "javac", command, Map.of())) {
            javac.await(LIMIT);
        }
        Files.writeString(compiled, sources);
    }

    private static String program(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** The command that runs one of the programs. */
    List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program("java"), "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(List.of("-cp", classpath, program));
        command.addAll(List.of(arguments));
        return command;
    }
}
