package io.tailrace.tools.doctor;

import io.tailrace.node.config.Cores;
import io.tailrace.node.config.IdleMode;
import io.tailrace.node.config.NodeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Of processors: how many there are for the node, how fast they are let run, and who else uses those of its shards. */
final class ProcessorChecks {
    private static final String PROCESSORS = "sys/devices/system/cpu/";
    private static final String CLOCK = "sys/devices/system/clocksource/clocksource0/current_clocksource";
    private static final Set<String> QUICK_CLOCKS =
            Set.of("tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page");

    private final Machine machine;
    private final NodeConfig config;
    private final List<Finding> findings = new ArrayList<>();

    ProcessorChecks(Machine machine, NodeConfig config) {
        this.machine = machine;
        this.config = config;
    }

    List<Finding> run() {
        count();
        quota();
        governor();
        clock();
        if (config.cores().kind() == Cores.Kind.LIST) {
            pinned(new TreeSet<>(config.cores().list()));
        }
        return findings;
    }

    private void count() {
        int allowed = machine.allowed().size();
        if (allowed == 0) {
            findings.add(Finding.unknown("processors: the kernel doesn't tell which may be used"));
            return;
        }
        boolean spins = config.idle() == IdleMode.SPIN;
        if (config.shards().count() > allowed || spins && config.shards().count() >= allowed) {
            findings.add(Finding.bad(
                    "there are " + allowed + " processors for "
                            + config.shards().count() + " shards" + (spins ? " that never sleep (idle = spin)" : ""),
                    "shards wait for each other, or for the threads that force the log and compile",
                    spins ? "idle = block, or fewer shards" : "fewer shards, or more processors"));
        } else if (config.shards().count() == allowed && config.idle() == IdleMode.HYBRID) {
            findings.add(Finding.bad(
                    "there are " + allowed + " processors for "
                            + config.shards().count() + " shards that look for work for a while"
                            + " before they sleep (idle = hybrid)",
                    "what they burn so is taken from the threads that force the log and compile; measured: latency at the"
                            + " 99th percentile 2 to 10 times as long",
                    "idle = block"));
        } else {
            findings.add(Finding.ok("processors for " + config.shards().count() + " shards: " + allowed));
        }
    }

    private void quota() {
        Optional<String> quota = machine.text("sys/fs/cgroup/cpu.max");
        if (quota.isPresent() && !quota.get().startsWith("max")) {
            findings.add(Finding.bad(
                    "the control group has a quota of processor time (cpu.max " + quota.get() + ")",
                    "when it is used up, all threads stand still until the period is over, for up to 100 ms",
                    "a container without a limit of processors (in Kubernetes: static CPU manager, whole processors)"));
        }
    }

    private void governor() {
        Set<String> governors = new TreeSet<>();
        for (String name : machine.names(PROCESSORS)) {
            machine.text(PROCESSORS + name + "/cpufreq/scaling_governor").ifPresent(governors::add);
        }
        if (governors.isEmpty()) {
            findings.add(Finding.unknown("frequency of processors: not told, as in virtual machines"));
        } else if (!governors.equals(Set.of("performance"))) {
            findings.add(Finding.bad(
                    "processors are slowed down when they have little to do (" + String.join(", ", governors) + ")",
                    "the first requests after a pause take several times as long",
                    "sudo cpupower frequency-set -g performance"));
        } else {
            findings.add(Finding.ok("processors run at full speed"));
        }
    }

    private void clock() {
        Optional<String> clock = machine.text(CLOCK);
        if (clock.isEmpty()) {
            findings.add(Finding.unknown("clock source: not told"));
        } else if (QUICK_CLOCKS.contains(clock.get())) {
            findings.add(Finding.ok("clock source: " + clock.get()));
        } else {
            findings.add(Finding.bad(
                    "the clock source is " + clock.get(),
                    "each look at the clock is a system call then, and a node looks at it for each command",
                    "echo tsc | sudo tee /" + CLOCK));
        }
    }

    private void pinned(TreeSet<Integer> cores) {
        TreeSet<Integer> gone = new TreeSet<>(cores);
        gone.removeAll(machine.allowed());
        if (!gone.isEmpty() && !machine.allowed().isEmpty()) {
            findings.add(Finding.bad(
                    "cores names processors that may not be used here: " + gone,
                    "their shards run unpinned",
                    "cores = of those that may: " + machine.allowed()));
            return;
        }
        notOwned(
                cores,
                "isolated",
                "other programs run there too, and each takes milliseconds from its shard",
                "isolcpus");
        notOwned(cores, "nohz_full", "the kernel interrupts them up to a thousand times a second", "nohz_full");
        siblings(cores);
        nodes(cores);
    }

    private void notOwned(TreeSet<Integer> cores, String list, String why, String parameter) {
        TreeSet<Integer> others = new TreeSet<>(cores);
        others.removeAll(Machine.processors(machine.text(PROCESSORS + list)
                .filter(text -> !text.contains("("))
                .orElse("")));
        if (others.isEmpty()) {
            findings.add(Finding.ok("processors of shards are " + list));
        } else {
            findings.add(Finding.bad(
                    "processors of shards that are not " + list + ": " + text(others),
                    why,
                    parameter + "=" + text(cores) + " on the kernel's command line, then update-grub and a restart"));
        }
    }

    private void siblings(TreeSet<Integer> cores) {
        for (int core : cores) {
            TreeSet<Integer> shared =
                    Machine.processors(machine.text(PROCESSORS + "cpu" + core + "/topology/thread_siblings_list")
                            .orElse(""));
            shared.remove(core);
            shared.retainAll(cores);
            if (!shared.isEmpty() && shared.first() > core) {
                findings.add(Finding.bad(
                        "the shards on processors " + core + " and " + shared.first() + " share one core",
                        "each is slowed down to about 60 % while the other one works",
                        "cores with one processor of each core: lscpu -e"));
            }
        }
    }

    private void nodes(TreeSet<Integer> cores) {
        Set<String> nodes = new TreeSet<>();
        for (String node : machine.names("sys/devices/system/node")) {
            TreeSet<Integer> of = Machine.processors(
                    machine.text("sys/devices/system/node/" + node + "/cpulist").orElse(""));
            if (node.startsWith("node") && of.stream().anyMatch(cores::contains)) {
                nodes.add(node);
            }
        }
        if (nodes.size() > 1) {
            findings.add(Finding.bad(
                    "the shards' processors are at several memories: " + String.join(", ", nodes),
                    "what a shard's neighbours wrote is far away from it",
                    "cores of one of them, and numactl --membind for the process"));
        }
    }

    private static String text(TreeSet<Integer> processors) {
        return String.join(",", processors.stream().map(String::valueOf).toList());
    }
}
