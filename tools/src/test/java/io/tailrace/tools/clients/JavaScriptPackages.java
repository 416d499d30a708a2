package io.tailrace.tools.clients;

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
 * The programs of {@code clients/js} with the packages that they use, installed below {@code target} by npm from the registry that
 * the machine is set up for, in the versions of {@code package-lock.json}. What is there already is used as it is.
 */
final class JavaScriptPackages {
    private static final String FOLDER = "js";
    private static final String LOCK = "package-lock.json";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path directory;

    /** Skips the test where node, npm or the registry is missing. */
    JavaScriptPackages() throws IOException, InterruptedException {
        ClientProgram.assumeInstalled("node", "nodejs");
        ClientProgram.assumeInstalled("npm", "npm");
        directory = Path.of("target", "clients", "js").toAbsolutePath();
        Files.createDirectories(directory);
        Path lock = directory.resolve("lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // other test processes install into the same directory
            channel.lock();
            install();
        }
    }

    private void install() throws IOException, InterruptedException {
        Path installed = directory.resolve("installed");
        String wanted = ClientResources.text(FOLDER, LOCK);
        if (Files.exists(installed) && Files.readString(installed).equals(wanted)) {
            return;
        }
        ClientResources.copy(FOLDER, directory, "package.json", LOCK);
        List<String> command = List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
        try (ClientProgram npm = new ClientProgram(directory, "npm", command, Map.of())) {
            boolean isDone = npm.hasSucceeded(LIMIT);
            ClientProgram.assume(isDone, "npm can't install what the tests use: " + npm.complaints());
        }
        Files.writeString(installed, wanted);
    }

    /** The command that runs a program on the port that is its first argument. */
    List<String> command(String program, String... arguments) throws IOException {
        Path script = ClientResources.copy(FOLDER, directory, "transcript.js", program + ".js");
        List<String> command = new ArrayList<>(List.of("node", script.toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
