package io.tailrace.tools;

import io.tailrace.tools.documents.Licences;
import io.tailrace.tools.documents.ManPage;
import io.tailrace.tools.documents.SettingsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace documents DIR}: writes what an installed Tailrace has besides its programs; for the build. */
@Command(
        name = "documents",
        hidden = true,
        description = "Writes man pages, completion for bash, a file of all settings and licences into a directory.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "  tailrace documents /tmp/documents"})
final class DocumentsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "is made if it is not there")
    private Path directory;

    @Override
    public Integer call() throws Exception {
        CommandLine root = spec.parent().commandLine();
        String version = new Version().getVersion()[0];
        Path pages = Files.createDirectories(directory.resolve("share/man/man1"));
        page(root, version, pages);
        for (CommandLine each : root.getSubcommands().values()) {
            if (!each.getCommandSpec().usageMessage().hidden()) {
                page(each, version, pages);
            }
        }
        Path completions = Files.createDirectories(directory.resolve("share/bash-completion/completions"));
        write(completions.resolve("tailrace"), AutoComplete.bash("tailrace", root));
        write(Files.createDirectories(directory.resolve("etc")).resolve("tailrace.properties"), SettingsFile.text());
        if (Files.isDirectory(directory.resolve("lib/lib"))) {
            Licences.copy(directory.resolve("lib/lib"), directory.resolve("licences"));
        }
        return ExitCode.OK;
    }

    private static void page(CommandLine command, String version, Path pages) throws IOException {
        CommandSpec page = command.getCommandSpec();
        write(pages.resolve(ManPage.name(page)), ManPage.of(page, version));
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
