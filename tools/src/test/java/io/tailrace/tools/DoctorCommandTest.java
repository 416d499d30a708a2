package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorCommandTest {
    @TempDir
    private Path root;

    private final StringWriter out = new StringWriter();
    private String maxMemory = "8gb";

    /** A machine on which nothing is set badly. */
    @BeforeEach
    void prepare() throws IOException {
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never");
        write("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc");
        write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance");
        write("sys/devices/system/cpu/cpu2/cpufreq/scaling_governor", "performance");
        write("sys/devices/system/cpu/cpu2/topology/thread_siblings_list", "2,6");
        write("sys/devices/system/cpu/cpu3/topology/thread_siblings_list", "3,7");
        write("sys/devices/system/cpu/isolated", "2-3");
        write("sys/devices/system/cpu/nohz_full", "2-3");
        write("sys/devices/system/node/node0/cpulist", "0-3");
        write("sys/devices/system/node/node1/cpulist", "4-7");
        write("sys/fs/cgroup/cpu.max", "max 100000");
        write("sys/fs/cgroup/memory.max", "max");
        write("proc/self/status", "Name:\tjava\nCpus_allowed_list:\t0-7\n");
        write(
                "proc/self/limits",
                "Limit  Soft Limit  Hard Limit  Units\nMax open files            1048576   1048576   files\n");
        write("proc/swaps", "Filename Type Size Used Priority");
        write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\n");
        write("proc/sys/vm/swappiness", "60");
        write("proc/sys/vm/overcommit_memory", "0");
        write("proc/sys/vm/dirty_background_ratio", "5");
        write("proc/sys/vm/dirty_background_bytes", "0");
        write("proc/sys/net/core/somaxconn", "4096");
        write("proc/mounts", "/dev/sda1 / ext4 rw,relatime 0 0\n/dev/sdb1 /data xfs rw,relatime 0 0\n");
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    private int run(String... settings) {
        out.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(
                List.of("doctor", "--root", root.toString(), "--max-memory", maxMemory, "--data-dir", "/data/node"));
        all.addAll(List.of(settings));
        return Tailrace.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all.toArray(new String[0]));
    }

    @Test
    void shouldFindNothingWhereNothingIsSetBadly() {
        assertEquals(0, run("--cores", "2,3", "--shards", "2"), out::toString);
        assertFalse(out.toString().contains("BAD") || out.toString().contains("?    "), out::toString);
        assertTrue(out.toString().endsWith("nothing is set badly\n"), out::toString);
    }

    /** Each change makes one thing bad, and says what to do. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            sys/kernel/mm/transparent_hugepage/enabled | [always] madvise never | huge pages | echo madvise
            sys/devices/system/clocksource/clocksource0/current_clocksource | hpet | clock source is hpet | echo tsc
            sys/devices/system/cpu/cpu0/cpufreq/scaling_governor | powersave | slowed down | cpupower
            sys/devices/system/cpu/cpu2/topology/thread_siblings_list | 2-3 | share one core | lscpu
            sys/devices/system/cpu/isolated | 3 | not isolated: 2 | isolcpus=2,3
            sys/devices/system/cpu/nohz_full | (null) | not nohz_full: 2,3 | nohz_full=2,3
            sys/devices/system/node/node1/cpulist | 3-7 | several memories | numactl
            sys/fs/cgroup/cpu.max | 200000 100000 | quota | without a limit
            sys/fs/cgroup/memory.max | 4294967296 | 4096 MB, the limit of its control group | max-memory = 3276mb
            proc/self/status | Cpus_allowed_list: 0-2 | may not be used here: [3] | cores = of those
            proc/self/limits | Max open files 1024 4096 files | may open 1024 files | LimitNOFILE
            proc/swaps | Filename~/dev/sdb2 partition 1 0 -2 | swap is on | swappiness=1
            proc/meminfo | MemTotal: 8388608 kB | max-memory is 8192 MB of 8192 MB | at most
            proc/sys/vm/overcommit_memory | 2 | overcommit_memory is 2 | overcommit_memory=1
            proc/sys/vm/dirty_background_bytes | 4294967296 | 4096 MB of writes | dirty_background_bytes=
            proc/sys/net/core/somaxconn | 128 | somaxconn is 128 | somaxconn=4096
            proc/mounts | none /data tmpfs rw 0 0 | on tmpfs | data-dir on a disk
            proc/mounts | server:/x /data nfs4 rw 0 0 | on nfs4 | data-dir on a disk
            proc/mounts | overlay / overlay rw 0 0 | container's own layer | volume
            proc/mounts | /dev/sda / ext4 rw,data=journal 0 0 | data=journal | data=ordered
            proc/mounts | /dev/sda / ext4 rw,nobarrier 0 0 | without barriers | barrier=1
            """)
    void shouldSayWhatIsSetBadlyAndWhatChangesIt(String path, String text, String what, String change)
            throws IOException {
        write(path, text.replace('~', '\n'));
        int code = run("--cores", "2,3", "--shards", "2");
        String said = out.toString();
        assertEquals(1, code, said);
        assertTrue(said.contains(what) && said.contains(change), said);
        assertEquals(1, said.lines().filter(line -> line.startsWith("BAD")).count(), said);
    }

    @Test
    void shouldCompareSettingsWithWhatThereIs() throws IOException {
        maxMemory = "0";
        assertEquals(1, run());
        assertTrue(out.toString().contains("max-memory = 6553mb"), out::toString);
        maxMemory = "8gb";
        write("proc/self/status", "Cpus_allowed_list:\t0-1");
        assertEquals(1, run("--shards", "3"));
        assertTrue(out.toString().contains("2 processors for 3 shards"), out::toString);
        assertEquals(1, run("--shards", "2"));
        assertTrue(out.toString().contains("idle = block"), out::toString);
        assertEquals(0, run("--shards", "2", "--idle", "block"), out::toString);
        assertEquals(1, run("--shards", "2", "--idle", "spin"));
        assertEquals(2, run("--shards", "many"));
    }

    @Test
    void shouldPrintOneObject() throws IOException {
        write("proc/swaps", "Filename\n/dev/sdb2 partition 1 0 -2");
        assertEquals(1, run("--cores", "2,3", "--shards", "2", "--format", "json"));
        String said = out.toString();
        assertTrue(
                said.startsWith("{\"bad\":1,\"findings\":[{\"level\":\"ok\",\"what\":\"processors for 2 shards: "),
                said);
        assertTrue(said.contains("{\"level\":\"bad\",\"what\":\"swap is on"), said);
        assertEquals(1, said.lines().count());
    }

    @Test
    void shouldSayWhatCannotBeTold() throws IOException {
        Files.delete(root.resolve("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
        Files.delete(root.resolve("sys/devices/system/cpu/cpu2/cpufreq/scaling_governor"));
        assertEquals(0, run(), out::toString);
        assertTrue(out.toString().contains("?    frequency of processors"), out::toString);
    }

    @Test
    void shouldLookAtAnyMachine() {
        // this one, whatever it is
        int code = Tailrace.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute("doctor", "--max-memory", "1gb");
        assertTrue(code == 0 || code == 1, out::toString);
        assertTrue(out.toString().contains("clock source"), out::toString);
    }
}
