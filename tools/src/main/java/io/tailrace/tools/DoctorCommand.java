package io.tailrace.tools;

import io.tailrace.tools.doctor.Doctor;
import io.tailrace.tools.doctor.DoctorJson;
import io.tailrace.tools.doctor.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tailrace doctor}: what of this machine makes a node slow. Its settings' flags are those of {@code tailrace node}. */
@Command(
        name = "doctor",
        description =
                "Reports what on this machine, and in a node's settings, costs speed or safety, and how to change it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "  tailrace doctor --config node.properties --cores 2,3",
            "",
            "It reads only. Exit code 0: nothing is set badly as far as could be seen; 1: something is."
        })
final class DoctorCommand implements Callable<Integer> {

    /** How it is written. */
    enum Format {
        TEXT,
        JSON
    }

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            order = -1,
            description = "properties file with any of these settings")
    private Path file;

    @Option(
            names = "--format",
            order = -1,
            paramLabel = "text|json",
            description = "lines, or one object (default: text)")
    private Format format = Format.TEXT;

    @Option(names = "--root", paramLabel = "DIR", hidden = true, description = "where proc and sys are, for tests")
    private Path root = Path.of("/");

    DoctorCommand() {
        this(System.getenv());
    }

    DoctorCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws CommandFailure, IOException {
        List<Finding> findings = Doctor.look(root, CommandSettings.read(spec, file, environment));
        PrintWriter out = spec.commandLine().getOut();
        boolean isFine = findings.stream().noneMatch(finding -> finding.level() == Finding.Level.BAD);
        if (format == Format.JSON) {
            out.println(DoctorJson.of(findings));
        } else {
            print(findings, out);
        }
        out.flush();
        return isFine ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static void print(List<Finding> findings, PrintWriter out) {
        int bad = 0;
        for (Finding finding : findings) {
            out.println(switch (finding.level()) {
                        case OK -> "ok   ";
                        case UNKNOWN -> "?    ";
                        case BAD -> "BAD  ";
                    }
                    + finding.what());
            if (finding.level() == Finding.Level.BAD) {
                bad++;
                out.println("     why:    " + finding.why());
                out.println("     change: " + finding.change());
            }
        }
        out.println(bad == 0 ? "nothing is set badly" : bad + " of " + findings.size() + " are set badly");
    }
}
