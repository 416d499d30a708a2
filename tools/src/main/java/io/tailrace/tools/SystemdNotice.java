package io.tailrace.tools;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the node serves, and from then on, as often as its watchdog wants, that it still does ({@code Type=notify}, {@code
 * WatchdogSec}). By the program {@code systemd-notify}, as Java has no datagram sockets of this kind: so a unit needs {@code
 * NotifyAccess=all}. Without {@code NOTIFY_SOCKET} it does nothing.
 */
final class SystemdNotice {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotice.class);
    private static final long MIN_INTERVAL_MICROS = 3_000_000;
    private static final long PROGRAM_SECONDS = 10;

    private final boolean isWanted;
    private final long watchdogMicros;

    private SystemdNotice(boolean isWanted, long watchdogMicros) {
        this.isWanted = isWanted;
        this.watchdogMicros = watchdogMicros;
    }

    static SystemdNotice of(Map<String, String> environment) {
        boolean isWanted = environment.containsKey("NOTIFY_SOCKET");
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        boolean isOurs = pid.isEmpty()
                || pid.equals(Long.toString(ProcessHandle.current().pid()));
        boolean isWatched = isWanted && isOurs && micros.matches("[0-9]{1,18}");
        return new SystemdNotice(isWanted, isWatched ? Long.parseLong(micros) : 0);
    }

    /**
     * The node serves.
     *
     * @param isAlive asked before each notice that it still does; when it says no, none is given, and systemd ends the process
     */
    void ready(BooleanSupplier isAlive) {
        if (!isWanted) {
            return;
        }
        tell("--ready");
        if (watchdogMicros > 0) {
            long interval = TimeUnit.MICROSECONDS.toNanos(Math.max(MIN_INTERVAL_MICROS, watchdogMicros / 2));
            Thread thread = new Thread(() -> watch(interval, isAlive), "systemd-watchdog");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void watch(long intervalNanos, BooleanSupplier isAlive) {
        for (long next = System.nanoTime(); !Thread.currentThread().isInterrupted(); next += intervalNanos) {
            for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (isAlive.getAsBoolean()) {
                tell("WATCHDOG=1");
            } else {
                LOG.warn(
                        "a shard's thread has not completed a cycle for {} s",
                        TimeUnit.NANOSECONDS.toSeconds(intervalNanos));
            }
        }
    }

    private static void tell(String what) {
        try {
            Process program = new ProcessBuilder("systemd-notify", what)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!program.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS)) {
                program.destroyForcibly();
            }
        } catch (IOException e) {
            LOG.warn("can't tell systemd ({}): {}", what, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
