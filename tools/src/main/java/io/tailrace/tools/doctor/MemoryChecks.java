package io.tailrace.tools.doctor;

import io.tailrace.node.config.NodeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Of memory: what may make it slow, too much or not there. */
final class MemoryChecks {
    private static final long MAX_DIRTY = 1L << 30;
    private static final double MAX_SHARE = 0.8;

    private final Machine machine;
    private final NodeConfig config;
    private final List<Finding> findings = new ArrayList<>();

    MemoryChecks(Machine machine, NodeConfig config) {
        this.machine = machine;
        this.config = config;
    }

    List<Finding> run() {
        hugePages();
        swap();
        overcommit();
        dirtyPages();
        limit();
        return findings;
    }

    private void hugePages() {
        Optional<String> mode = machine.text("sys/kernel/mm/transparent_hugepage/enabled");
        if (mode.isEmpty()) {
            findings.add(Finding.unknown("transparent huge pages: the kernel doesn't tell"));
        } else if (mode.get().contains("[always]")) {
            findings.add(Finding.bad(
                    "transparent huge pages are given to everybody (always)",
                    "the store fills its memory in small steps all over, so a node takes up to three times what its data"
                            + " needs (measured: 2,061 MB instead of 763), and the kernel stops threads to make pages",
                    "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"));
        } else {
            findings.add(Finding.ok("transparent huge pages: " + mode.get()));
        }
    }

    private void swap() {
        boolean hasSwap = machine.lines("proc/swaps").size() > 1;
        OptionalLong swappiness = machine.number("proc/sys/vm/swappiness");
        if (!hasSwap) {
            findings.add(Finding.ok("no swap"));
        } else if (swappiness.orElse(60) > 10) {
            findings.add(Finding.bad(
                    "swap is on, and vm.swappiness is " + swappiness.orElse(60),
                    "the kernel moves data that was not used for a while to the disk; the first request for it stops all"
                            + " others of its shard for milliseconds",
                    "sudo sysctl -w vm.swappiness=1, or sudo swapoff -a"));
        } else {
            findings.add(Finding.ok("swap is on, but hardly used: vm.swappiness " + swappiness.getAsLong()));
        }
    }

    private void overcommit() {
        if (machine.number("proc/sys/vm/overcommit_memory").orElse(0) == 2) {
            findings.add(Finding.bad(
                    "vm.overcommit_memory is 2",
                    "a store reserves more memory than it fills, which the kernel then refuses: it can't move to a larger map",
                    "sudo sysctl -w vm.overcommit_memory=1"));
        } else {
            findings.add(Finding.ok("memory may be reserved before it is filled"));
        }
    }

    private void dirtyPages() {
        long bytes = machine.number("proc/sys/vm/dirty_background_bytes").orElse(0);
        long share = machine.number("proc/sys/vm/dirty_background_ratio").orElse(10);
        OptionalLong memory = machine.memoryBytes();
        long limit = bytes > 0 ? bytes : memory.orElse(0) / 100 * share;
        if (memory.isEmpty()) {
            findings.add(Finding.unknown("memory of the machine: not told"));
        } else if (limit > MAX_DIRTY) {
            findings.add(Finding.bad(
                    "the kernel keeps " + (limit >> 20)
                            + " MB of writes back before it begins to write them to the disk",
                    "then it writes them at once, and a force of the log waits behind them",
                    "sudo sysctl -w vm.dirty_background_bytes=268435456"));
        } else {
            findings.add(Finding.ok("writes are kept back up to " + (limit >> 20) + " MB"));
        }
    }

    private void limit() {
        long machineBytes = machine.memoryBytes().orElse(Long.MAX_VALUE);
        long group = machine.number("sys/fs/cgroup/memory.max").orElse(Long.MAX_VALUE);
        long there = Math.min(machineBytes, group);
        if (there == Long.MAX_VALUE) {
            return;
        }
        String has = (there >> 20) + " MB" + (group < machineBytes ? ", the limit of its control group" : "");
        if (config.maxMemory() == 0) {
            findings.add(Finding.bad(
                    "max-memory is 0, no limit, and there are " + has,
                    "a store that outgrows them is ended by the kernel, without a word to its clients",
                    "max-memory = " + (long) (there * MAX_SHARE / 2 / (1 << 20))
                            + "mb, or as much as the data may take"));
        } else if (config.maxMemory() > there * MAX_SHARE) {
            findings.add(Finding.bad(
                    "max-memory is " + (config.maxMemory() >> 20) + " MB of " + has,
                    "heap, buffers and the pages of the log come on top of it",
                    "max-memory = " + (long) (there * MAX_SHARE / (1 << 20)) + "mb at most"));
        } else {
            findings.add(Finding.ok("max-memory is " + (config.maxMemory() >> 20) + " MB of " + has));
        }
    }
}
