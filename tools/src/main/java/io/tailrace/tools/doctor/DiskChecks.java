package io.tailrace.tools.doctor;

import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.NodeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Of where the log is, and of what the kernel lets a process have. */
final class DiskChecks {
    private static final Set<String> NO_DISK = Set.of("tmpfs", "ramfs");
    private static final Set<String> FAR =
            Set.of("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "glusterfs", "ceph");
    private static final Set<String> LAYERED = Set.of("overlay", "aufs");
    /** Files that a node has open besides its clients. */
    private static final int OWN_FILES = 1_000;

    private final Machine machine;
    private final NodeConfig config;
    private final List<Finding> findings = new ArrayList<>();

    /** A line of the kernel's list of mounted file systems. */
    private record Mount(String point, String type, List<String> options) {}

    DiskChecks(Machine machine, NodeConfig config) {
        this.machine = machine;
        this.config = config;
    }

    List<Finding> run() {
        Path data = config.dataDir().toAbsolutePath().normalize();
        Mount mount = mountOf(data);
        if (mount == null) {
            findings.add(Finding.unknown("file system of " + data + ": not told"));
        } else {
            fileSystem(data, mount);
        }
        files();
        backlog();
        return findings;
    }

    private Mount mountOf(Path data) {
        Mount found = null;
        for (String line : machine.lines("proc/mounts")) {
            String[] words = line.split(" ");
            boolean isAbove = words.length > 3 && data.startsWith(Path.of(words[1].replace("\\040", " ")));
            // of several at one place the last one is seen
            if (isAbove && (found == null || words[1].length() >= found.point.length())) {
                found = new Mount(words[1], words[2], Arrays.asList(words[3].split(",")));
            }
        }
        return found;
    }

    private void fileSystem(Path data, Mount mount) {
        String where = data + " is on " + mount.type + " (" + mount.point + ")";
        if (NO_DISK.contains(mount.type) && config.fsync() != FsyncPolicy.NO) {
            findings.add(Finding.bad(
                    where, "the log is gone after a restart of the machine", "data-dir on a disk: ext4 or XFS"));
        } else if (FAR.contains(mount.type)) {
            findings.add(Finding.bad(
                    where,
                    "the log is mapped into memory: each pause of the network stops a shard, and what is forced may be lost",
                    "data-dir on a disk of this machine: ext4 or XFS"));
        } else if (LAYERED.contains(mount.type)) {
            findings.add(Finding.bad(
                    where,
                    "it is the container's own layer: slower, and deleted with the container",
                    "data-dir on a volume"));
        } else if (mount.options.contains("data=journal")) {
            findings.add(Finding.bad(
                    where + " with data=journal", "each write goes to the disk twice", "data=ordered in /etc/fstab"));
        } else if (mount.options.contains("nobarrier") || mount.options.contains("barrier=0")) {
            findings.add(Finding.bad(
                    where + " without barriers",
                    "what is forced to the disk can be lost all the same",
                    "barrier=1 in /etc/fstab"));
        } else if (mount.options.contains("sync") || mount.options.contains("strictatime")) {
            findings.add(Finding.bad(
                    where + " with " + String.join(",", mount.options),
                    "each write, or each read, of a file writes to the disk at once",
                    "relatime and no sync in /etc/fstab"));
        } else {
            findings.add(Finding.ok(where));
        }
    }

    private void files() {
        long limit = machine.lines("proc/self/limits").stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).strip().split("\\s+")[0])
                .mapToLong(text -> text.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(text))
                .findFirst()
                .orElse(-1);
        long wanted = config.maxClients() + OWN_FILES;
        if (limit < 0) {
            findings.add(Finding.unknown("limit of open files: not told"));
        } else if (limit < wanted) {
            findings.add(Finding.bad(
                    "a process that is started here may open " + limit + " files",
                    "max-clients is " + config.maxClients() + ": clients beyond the limit are not taken",
                    "ulimit -n " + wanted + ", or LimitNOFILE=" + wanted + " for systemd"));
        } else {
            findings.add(Finding.ok("open files: " + (limit == Long.MAX_VALUE ? "no limit" : limit + " at most")));
        }
    }

    private void backlog() {
        long most = machine.number("proc/sys/net/core/somaxconn").orElse(-1);
        if (most >= 0 && most < 512) {
            findings.add(Finding.bad(
                    "net.core.somaxconn is " + most,
                    "when many clients connect at once, the others are turned away or wait for a second",
                    "sudo sysctl -w net.core.somaxconn=4096"));
        } else if (most >= 0) {
            findings.add(Finding.ok("clients that may wait to be taken: " + most));
        }
    }
}
