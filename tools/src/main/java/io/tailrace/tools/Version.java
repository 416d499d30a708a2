package io.tailrace.tools;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: ours, and the Java and system that run it. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version =
                Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "unpackaged");
        return new String[] {
            "tailrace " + version,
            "Java " + System.getProperty("java.vm.version") + " (" + System.getProperty("java.vendor") + "), "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
