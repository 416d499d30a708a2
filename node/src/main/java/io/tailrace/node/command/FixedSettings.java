package io.tailrace.node.command;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What Redis can be told and this node can't: the value that says what the node does, and why it is no other. Values are compared
 * as Redis reads them, so {@code 1gb} is what {@code 1073741824} is. Stateless.
 */
final class FixedSettings {
    /** Redis's own answer for what no server can change while it runs. */
    private static final String IMMUTABLE = "can't set immutable config";
    /** The same for what only enable-protected-configs would let clients change. */
    static final String PROTECTED = "can't set protected config";

    private record Fixed(String value, String reason) {}

    private static final Map<String, Fixed> ALL = new LinkedHashMap<>();

    static {
        fix(
                IMMUTABLE,
                "cluster-enabled=no daemonize=no io-threads=1 io-threads-do-reads=no unixsocket= unixsocketperm=0"
                        + " pidfile= supervised=no syslog-enabled=no syslog-ident=redis syslog-facility=local0"
                        + " set-proc-title=no always-show-logo=no tcp-backlog=511 appendfilename= appenddirname="
                        + " cluster-config-file= cluster-port=0"
                        + " disable-thp=no enable-protected-configs=no enable-module-command=no"
                        + " server_cpulist= bio_cpulist= aof_rewrite_cpulist= bgsave_cpulist="
                        + " rdbchecksum=yes socket-mark-id=0");
        fix(PROTECTED, "dbfilename=");
        fix(
                "the log is always written, and snapshots are made by snapshot-interval and snapshot-log-bytes",
                "save= appendonly=yes rdbcompression=no rdb-save-incremental-fsync=yes rdb-del-sync-files=no"
                        + " stop-writes-on-bgsave-error=no auto-aof-rewrite-percentage=0 auto-aof-rewrite-min-size=0"
                        + " no-appendfsync-on-rewrite=no aof-load-truncated=yes aof-use-rdb-preamble=no"
                        + " aof-rewrite-incremental-fsync=yes aof-timestamp-enabled=yes aof-disable-auto-gc=no");
        fix(
                "memory of large values is always freed gradually in the background",
                "lazyfree-lazy-user-del=yes lazyfree-lazy-user-flush=yes lazyfree-lazy-eviction=yes"
                        + " lazyfree-lazy-expire=yes lazyfree-lazy-server-del=yes replica-lazy-flush=yes slave-lazy-flush=yes"
                        + " activedefrag=no activerehashing=yes active-defrag-ignore-bytes=104857600"
                        + " active-defrag-threshold-lower=10 active-defrag-threshold-upper=100 active-defrag-cycle-min=1"
                        + " active-defrag-cycle-max=25 active-defrag-max-scan-fields=1000 jemalloc-bg-thread=no"
                        + " list-compress-depth=0 hll-sparse-max-bytes=3000");
        fix(
                "due work is done in each duty cycle, which has no fixed rate",
                "hz=10 dynamic-hz=yes active-expire-effort=1 maxmemory-eviction-tenacity=10");
        fix(
                "replication between nodes has no such choice",
                "replica-ignore-maxmemory=yes slave-ignore-maxmemory=yes replica-read-only=yes slave-read-only=yes"
                        + " replica-serve-stale-data=yes slave-serve-stale-data=yes repl-diskless-sync=no"
                        + " repl-diskless-sync-delay=0 repl-diskless-sync-max-replicas=0 repl-diskless-load=disabled"
                        + " repl-disable-tcp-nodelay=no repl-ping-replica-period=1 repl-ping-slave-period=1"
                        + " repl-backlog-ttl=0 replica-ignore-disk-write-errors=no propagation-error-behavior=ignore");
        fix(
                "it is not supported by this server",
                "crash-log-enabled=no crash-memcheck-enabled=no ignore-warnings= replica-announced=yes proc-title-template="
                        + " bind-source-addr= oom-score-adj=no tls-cluster=no tls-dh-params-file= tls-ca-cert-dir= tls-key-file-pass="
                        + " tls-client-cert-file= tls-client-key-file= tls-client-key-file-pass= shutdown-timeout=0"
                        + " shutdown-on-sigterm=default shutdown-on-sigint=default");
        ALL.put("oom-score-adj-values", new Fixed("0 200 800", "it is not supported by this server"));
        fix("a payload is always looked at as a whole before it is taken", "sanitize-dump-payload=yes");
        fix(
                "the size of a request is limited by its arguments, see max-value-size",
                "client-query-buffer-limit=1073741824");
        fix(
                "the library of TLS decides it",
                "tls-session-caching=yes tls-session-cache-size=20480 tls-session-cache-timeout=86400");
        fix(
                "cluster support is disabled",
                "cluster-require-full-coverage=yes cluster-slave-no-failover=no cluster-replica-no-failover=no"
                        + " cluster-allow-reads-when-down=no cluster-allow-pubsubshard-when-down=yes"
                        + " cluster-slave-validity-factor=10 cluster-replica-validity-factor=10"
                        + " cluster-migration-barrier=1 cluster-node-timeout=15000 cluster-link-sendbuf-limit=0"
                        + " cluster-allow-replica-migration=yes cluster-announce-ip= cluster-announce-hostname="
                        + " cluster-announce-port=0 cluster-announce-tls-port=0 cluster-announce-bus-port=0"
                        + " cluster-preferred-endpoint-type=ip");
    }

    private FixedSettings() {}

    private static void fix(String reason, String pairs) {
        for (String pair : pairs.split(" ")) {
            int end = pair.indexOf('=');
            ALL.put(pair.substring(0, end), new Fixed(pair.substring(end + 1), reason));
        }
    }

    static boolean has(String name) {
        return ALL.containsKey(name);
    }

    /** Why it can't be set so, or null when it is so. What Redis does not let be set at all is not even set to what it is. */
    static String refusal(String name, String value) {
        Fixed fixed = ALL.get(name);
        boolean isNever = fixed.reason.equals(IMMUTABLE) || fixed.reason.equals(PROTECTED);
        return !isNever && meaning(value).equals(meaning(fixed.value)) ? null : fixed.reason;
    }

    private static String meaning(String value) {
        String lower = value.trim().toLowerCase(Locale.ROOT);
        if (!lower.matches("\\d{1,12}[kmg]?b?")) {
            return lower;
        }
        long number = Long.parseLong(lower.replaceAll("\\D", ""));
        boolean isPowerOfTwo = lower.endsWith("b");
        long thousand = isPowerOfTwo ? 1 << 10 : 1_000;
        String unit = lower.replaceAll("[\\db]", "");
        long factor =
                switch (unit) {
                    case "k" -> thousand;
                    case "m" -> thousand * thousand;
                    case "g" -> thousand * thousand * thousand;
                    default -> 1;
                };
        return Long.toString(number * factor);
    }

    static void addTo(Map<String, String> values) {
        ALL.forEach((name, fixed) -> values.put(name, fixed.value));
    }
}
