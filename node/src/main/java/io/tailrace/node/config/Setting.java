package io.tailrace.node.config;

import static io.tailrace.node.config.SettingName.live;
import static io.tailrace.node.config.SettingName.start;
import static io.tailrace.node.config.SettingType.announcedHost;
import static io.tailrace.node.config.SettingType.choice;
import static io.tailrace.node.config.SettingType.cores;
import static io.tailrace.node.config.SettingType.count;
import static io.tailrace.node.config.SettingType.derivedPort;
import static io.tailrace.node.config.SettingType.directory;
import static io.tailrace.node.config.SettingType.file;
import static io.tailrace.node.config.SettingType.host;
import static io.tailrace.node.config.SettingType.longCount;
import static io.tailrace.node.config.SettingType.memoryShare;
import static io.tailrace.node.config.SettingType.notifyClasses;
import static io.tailrace.node.config.SettingType.number;
import static io.tailrace.node.config.SettingType.optionalPort;
import static io.tailrace.node.config.SettingType.percentiles;
import static io.tailrace.node.config.SettingType.port;
import static io.tailrace.node.config.SettingType.primary;
import static io.tailrace.node.config.SettingType.processors;
import static io.tailrace.node.config.SettingType.secret;
import static io.tailrace.node.config.SettingType.shards;
import static io.tailrace.node.config.SettingType.size;
import static io.tailrace.node.config.SettingType.sizeOrNone;
import static io.tailrace.node.config.SettingType.softLimit;
import static io.tailrace.node.config.SettingType.text;
import static io.tailrace.node.config.SettingType.yesOrNo;

import io.tailrace.node.log.LogFormat;
import io.tailrace.node.log.LogLevel;
import java.util.Set;

/**
 * Every setting of a node, described once: the flag {@code --segment-size}, the environment's
 * {@code TAILRACE_SEGMENT_SIZE}, the key in a file and the name in CONFIG GET and CONFIG SET are the same setting with the
 * same values, the same parser and the same messages.
 */
public enum Setting {
    PORT(start("port", "6379"), port(), "port for clients; 0 for TLS only"),
    BIND(start("bind", "127.0.0.1"), host(), "address that the node listens on"),
    DATA_DIR(start("data-dir", "tailrace-data").or("dir"), directory(), "directory of log and snapshots"),
    SHARDS(start("shards", "1"), shards(), "threads, each with its own part of the keys; auto for one a processor"),
    DATABASES(start("databases", "16"), number(1, 4096), "number of databases that clients may select"),
    REPLICAOF(start("replicaof", ""), primary(), "client port of the primary to follow"),
    REPLICATION_PORT(
            start("replication-port", ""),
            derivedPort(),
            "replication port of shard 0, shard n adds n; port + 10000 if not set"),
    METRICS_PORT(
            start("metrics-port", ""),
            optionalPort(),
            "port that serves GET /metrics in Prometheus's format; none if not set"),
    ADMIN_PORT(
            start("admin-port", ""),
            optionalPort(),
            "port of the page for browsers, /metrics and /healthz, with TLS if there is a tls-port; none if not set"),
    ADMIN_BIND(start("admin-bind", ""), announcedHost(), "address of admin-port; that of bind if not set"),
    CORES(start("cores", "none"), cores(), "processors to which the shards' threads are pinned"),
    HELPER_CORES(
            start("helper-cores", ""),
            processors(),
            "processors of all other threads; if not set, those the process started with, less the shards'"),
    CORES_STRICT(start("cores-strict", "no"), yesOrNo(), "whether the start fails if a thread can't be pinned"),
    IDLE(start("idle", "hybrid"), choice(IdleMode.class), "how a shard's thread waits for work"),
    SEGMENT_SIZE(start("segment-size", "64mb"), size("1mb", "4gb"), "size of a segment of the log"),
    BACKLOG_SIZE(
            live("backlog-size", "256mb").or("repl-backlog-size"), size("2mb", "1024gb"), "log retained by each shard"),
    BACKLOG_DISK_LIMIT(
            live("backlog-disk-limit", "0"),
            sizeOrNone("6mb", "1024gb"),
            "disk space that a shard's log may take at most, whatever needs it"),
    ON_DISK_PRESSURE(
            live("on-disk-pressure", "drop-slots"),
            choice(DiskPressure.class),
            "what to do when the disk is full or that limit is reached: drop what replicas need, or refuse writes"),
    REPLICA_PRIORITY(
            live("replica-priority", "100").or("slave-priority"),
            count(),
            "Sentinel prefers replicas with a lower value, and never promotes one with 0"),
    FSYNC(live("fsync", "everysec").or("appendfsync"), choice(FsyncPolicy.class), "when the log is synced to the disk"),
    MAX_ENTRIES(
            start("max-entries", "1000000"),
            number(1, 10_000_000_000L),
            "number of keys that the node is initially sized for; it grows beyond that"),
    AVG_KEY_SIZE(start("avg-key-size", "32"), size("1", "64kb"), "expected size of a key"),
    AVG_VALUE_SIZE(start("avg-value-size", "512"), size("1", "256mb"), "expected size of a value"),
    MAX_VALUE_SIZE(
            start("max-value-size", "16mb").or("proto-max-bulk-len"), size("1kb", "256mb"), "largest accepted value"),
    MAX_MEMORY(
            live("max-memory", "0").or("maxmemory"),
            size(),
            "memory for keys and values, divided among the shards; 0 for no limit"),
    MAX_MEMORY_POLICY(
            live("max-memory-policy", "noeviction").or("maxmemory-policy"),
            choice(EvictionPolicy.class),
            "which keys a primary evicts above that limit"),
    MAX_MEMORY_SAMPLES(
            live("max-memory-samples", "5").or("maxmemory-samples"),
            number(1, Integer.MAX_VALUE),
            "sample size for evicting the least used keys"),
    MAX_MEMORY_CLIENTS(
            live("max-memory-clients", "0").or("maxmemory-clients"),
            memoryShare(),
            "memory for buffers of all clients, above which the largest are closed; N% is of max-memory; 0 for no limit"),
    LFU_LOG_FACTOR(
            live("lfu-log-factor", "10"), count(), "the higher, the more uses it takes to increase a key's counter"),
    LFU_DECAY_TIME(
            live("lfu-decay-time", "1"),
            count(),
            "minutes without use after which a key's counter is decreased; 0 for never"),
    HASH_MAX_LISTPACK_ENTRIES(
            live("hash-max-listpack-entries", "512").or("hash-max-ziplist-entries"),
            longCount(),
            "number of fields above which OBJECT ENCODING reports a hashtable, and DUMP writes one"),
    HASH_MAX_LISTPACK_VALUE(
            live("hash-max-listpack-value", "64").or("hash-max-ziplist-value"),
            size(),
            "length of a field or value above which it does"),
    LIST_MAX_LISTPACK_SIZE(
            live("list-max-listpack-size", "-2").or("list-max-ziplist-size"),
            number(Integer.MIN_VALUE, Integer.MAX_VALUE),
            "elements in a node of a list in DUMP, or with -1 to -5 the node's size: 4, 8, 16, 32 or 64 kb"),
    SET_MAX_INTSET_ENTRIES(
            live("set-max-intset-entries", "512"),
            longCount(),
            "number of integers above which OBJECT ENCODING reports a hashtable for a set of them, and DUMP writes one"),
    ZSET_MAX_LISTPACK_ENTRIES(
            live("zset-max-listpack-entries", "128").or("zset-max-ziplist-entries"),
            longCount(),
            "number of members above which OBJECT ENCODING reports a skiplist, and DUMP writes one"),
    ZSET_MAX_LISTPACK_VALUE(
            live("zset-max-listpack-value", "64").or("zset-max-ziplist-value"),
            size(),
            "length of a member above which it does"),
    STREAM_NODE_MAX_BYTES(
            live("stream-node-max-bytes", "4kb"),
            size(),
            "bytes in a node of a stream, at which XADD and XTRIM cut with ~; 0 for no limit"),
    STREAM_NODE_MAX_ENTRIES(
            live("stream-node-max-entries", "100"), longCount(), "entries in a node of a stream; 0 for no limit"),
    BATCH_SIZE(
            live("batch-size", "16kb"),
            sizeOrNone("1", "1mb"),
            "bytes up to which commands that a connection sends at once share a record of the log; 0 for a record each"),
    PUMP_BUDGET(live("pump-budget", "64kb"), size("1kb", "64mb"), "bytes sent to a replica in one duty cycle"),
    REPLICA_OUTPUT_LIMIT(
            live("replica-output-limit", "4mb"),
            size("64kb", "1gb"),
            "unsent bytes at which a replica's connection is closed"),
    CLIENT_OUTPUT_LIMIT(
            live("client-output-limit", "1gb"),
            sizeOrNone("1", "1024gb"),
            "unsent bytes at which a client's connection is closed"),
    CLIENT_OUTPUT_SOFT_LIMIT(
            live("client-output-soft-limit", "0 0"),
            softLimit(),
            "unsent bytes at which it is closed if exceeded for that many seconds"),
    PUBSUB_OUTPUT_LIMIT(
            live("pubsub-output-limit", "32mb"),
            sizeOrNone("1", "1024gb"),
            "unsent bytes at which a subscriber's connection is closed, instead of client-output-limit"),
    PUBSUB_OUTPUT_SOFT_LIMIT(
            live("pubsub-output-soft-limit", "8388608 60"),
            softLimit(),
            "the same for a subscriber, instead of client-output-soft-limit"),
    SNAPSHOT_INTERVAL(
            live("snapshot-interval", "300"),
            number(0, 31_536_000),
            "seconds between background snapshots of a changing shard; 0 to disable"),
    SNAPSHOT_LOG_BYTES(
            live("snapshot-log-bytes", "128mb"),
            size("1mb", "1024gb"),
            "bytes of log after which a background snapshot starts"),
    SNAPSHOT_LOG_PERCENT(
            live("snapshot-log-percent", "25"),
            number(0, 1_000),
            "log after which one starts, as a percentage of the last snapshot's size, if that is more; 0 for the bytes alone"),
    SNAPSHOT_RATE(
            live("snapshot-rate", "0"),
            size("0", "1024gb"),
            "bytes a second sent in full syncs, for all replicas together; 0 for no limit"),
    WHILE_SYNCING(
            live("while-syncing", "serve"),
            choice(WhileSyncing.class),
            "whether a replica in a full sync serves its old data or replies -LOADING"),
    RECONNECT_WINDOW(
            live("reconnect-window", "60"),
            number(0, 86_400),
            "seconds for which the log is retained for a replica that left"),
    ACK_REPLICAS(
            live("ack-replicas", "0"),
            number(0, 64),
            "replicas that must apply a write before it is acknowledged; 0 for none"),
    ACK_TIMEOUT(
            live("ack-timeout", "1000"),
            number(1, 3_600_000),
            "milliseconds for which that reply is held; after that it is -NOREPLICAS"),
    MIN_REPLICAS_TO_WRITE(
            live("min-replicas-to-write", "0").or("min-slaves-to-write"),
            count(),
            "number of good replicas below which writes are refused; 0 for never"),
    MIN_REPLICAS_MAX_LAG(
            live("min-replicas-max-lag", "10").or("min-slaves-max-lag"),
            count(),
            "seconds since its last acknowledgement for which a replica counts as good; 0 never refuses a write"),
    REPLICA_MAX_STALENESS_MS(
            live("replica-max-staleness-ms", "0"),
            number(0, 86_400_000),
            "age of its data in milliseconds above which a replica replies to reads with -STALE; 0 for no limit"),
    REPL_TIMEOUT(
            live("repl-timeout", "10"),
            number(2, 86_400),
            "seconds of silence after which a replica closes its link; a primary closes it after three times as many"),
    REPLICA_ANNOUNCE_IP(
            live("replica-announce-ip", "").or("slave-announce-ip"),
            announcedHost(),
            "address that a replica announces to primary and Sentinel; that of its connection if not set"),
    REPLICA_ANNOUNCE_PORT(
            live("replica-announce-port", "0").or("slave-announce-port"),
            port(),
            "port that it announces; that of its clients if 0"),
    NOTIFY_KEYSPACE_EVENTS(
            live("notify-keyspace-events", ""),
            notifyClasses(),
            "which changes of keys are published, in Redis's letters; none if empty"),
    SLOWLOG_LOG_SLOWER_THAN(
            live("slowlog-log-slower-than", "10000"),
            number(-1, Long.MAX_VALUE),
            "microseconds from which SLOWLOG records a command; -1 for none"),
    SLOWLOG_MAX_LEN(live("slowlog-max-len", "128"), longCount(), "number of commands that SLOWLOG keeps"),
    LATENCY_MONITOR_THRESHOLD(
            live("latency-monitor-threshold", "0"),
            longCount(),
            "milliseconds from which LATENCY records an event; 0 for none"),
    LATENCY_TRACKING(
            live("latency-tracking", "yes"), yesOrNo(), "whether a latency histogram is kept for each command"),
    LATENCY_TRACKING_INFO_PERCENTILES(
            live("latency-tracking-info-percentiles", "50 99 99.9"),
            percentiles(),
            "percentiles of each command's latency in INFO"),
    ACLLOG_MAX_LEN(live("acllog-max-len", "128"), longCount(), "number of refusals that ACL LOG keeps"),
    ACL_PUBSUB_DEFAULT(
            live("acl-pubsub-default", "resetchannels"), choice(PubSubDefault.class), "channels of a new user"),
    TRACKING_TABLE_MAX_KEYS(
            live("tracking-table-max-keys", "1000000"),
            longCount(),
            "keys that the node remembers for CLIENT TRACKING; 0 for no limit"),
    LOG_LEVEL(
            live("log-level", "notice").or("loglevel"),
            choice(LogLevel.class),
            "how much is logged, in Redis's levels"),
    LOG_FORMAT(
            start("log-format", "text"),
            choice(LogFormat.class),
            "format of log lines: key=value, or a JSON object a line"),
    LOG_FILE(start("log-file", "").or("logfile"), file(), "file to which the log is appended; stderr if not set"),
    LOG_FILE_SIZE(
            start("log-file-size", "64mb"),
            sizeOrNone("1kb", "1024gb"),
            "size at which that file is rotated to FILE.1, FILE.2 and so on; 0 for never"),
    LOG_FILE_COUNT(start("log-file-count", "5"), number(0, 1_000), "number of rotated files that are kept"),
    ENABLE_DEBUG_COMMAND(start("enable-debug-command", "no"), yesOrNo(), "whether clients may use DEBUG"),
    MAX_CLIENTS(
            live("max-clients", "10000").or("maxclients"),
            number(1, 1_000_000),
            "number of clients that may be connected"),
    TIMEOUT(live("timeout", "0"), count(), "seconds after which an idle client is closed; 0 for never"),
    TCP_KEEPALIVE(
            live("tcp-keepalive", "300"),
            count(),
            "seconds of silence after which TCP probes a client, for new connections; 0 for never"),
    BUSY_REPLY_THRESHOLD(
            live("busy-reply-threshold", "5000").or("lua-time-limit"),
            longCount(),
            "milliseconds after which other clients of a shard that runs a script get -BUSY; 0 for never"),
    PROTECTED_MODE(
            live("protected-mode", "yes"),
            yesOrNo(),
            "whether only clients and replicas of this machine are served while the default user has no password"),
    REQUIREPASS(live("requirepass", ""), secret(), "password of the default user; not taken from the command line"),
    REQUIREPASS_FILE(start("requirepass-file", ""), file(), "file whose only line is that password"),
    MASTERUSER(
            live("masteruser", ""),
            text(),
            "user with which this node logs in to its primary; the default one if not set"),
    MASTERAUTH(live("masterauth", ""), secret(), "password of that user; not taken from the command line"),
    MASTERAUTH_FILE(start("masterauth-file", ""), file(), "file whose only line is that password"),
    ACLFILE(start("aclfile", ""), file(), "file of users, in Redis's format"),
    TLS_PORT(start("tls-port", "0"), port(), "port for clients with TLS; 0 for none"),
    TLS_CERT(
            live("tls-cert", "").or("tls-cert-file"),
            file(),
            "this node's certificate in PEM, with any intermediate ones"),
    TLS_KEY(live("tls-key", "").or("tls-key-file"), file(), "its private key in PEM, PKCS#8 or PKCS#1, not encrypted"),
    TLS_CA(
            live("tls-ca", "").or("tls-ca-cert-file"),
            file(),
            "certificates in PEM of the authorities that are trusted"),
    TLS_AUTH_CLIENTS(
            live("tls-auth-clients", "yes"),
            choice(TlsClients.class),
            "whether clients and replicas must present a certificate; optional: only an invalid one is refused"),
    TLS_PROTOCOLS(live("tls-protocols", ""), text(), "supported versions, of TLSv1.2 and TLSv1.3; both if not set"),
    TLS_CIPHERS(
            live("tls-ciphers", ""),
            text(),
            "ciphers of TLSv1.2, by OpenSSL's or their standard names, separated by colons; !NAME or -NAME excludes one"),
    TLS_CIPHERSUITES(live("tls-ciphersuites", ""), text(), "ciphers of TLSv1.3, separated by colons"),
    TLS_PREFER_SERVER_CIPHERS(
            live("tls-prefer-server-ciphers", "no"),
            yesOrNo(),
            "whether this node's order of ciphers takes precedence over the client's"),
    TLS_REPLICATION(
            start("tls-replication", "no"),
            yesOrNo(),
            "whether nodes use TLS for each other: on the replication ports, and to the primary's client port");

    /** Values that stay out of messages and of arguments that any user of the machine can see. */
    private static final Set<String> SECRETS = Set.of("requirepass", "masterauth");

    private final SettingName name;
    private final SettingType type;
    private final String meaning;

    Setting(SettingName name, SettingType type, String meaning) {
        this.name = name;
        this.type = type;
        this.meaning = meaning;
    }

    /** The name in flags, files and CONFIG: lower case words with hyphens. */
    public String key() {
        return name.key();
    }

    /** Redis's name for it, which CONFIG takes too; the key itself when Redis has no other. */
    public String alias() {
        return name.alias();
    }

    public String variable() {
        return "TAILRACE_" + name();
    }

    public String defaultText() {
        return name.defaultText();
    }

    /** What the setting is for, in half a sentence. */
    public String meaning() {
        return meaning;
    }

    /** What may be written, as the end of a sentence that begins with "must be". */
    public String allowed() {
        return type.allowed();
    }

    /** What stands for the value in a usage text. */
    public String hint() {
        return type.hint();
    }

    /** Whether CONFIG SET may change it in a running node. */
    public boolean isLive() {
        return name.isLive();
    }

    /** Whether its value is shown only to those who may change it. */
    public boolean isSecret() {
        return SECRETS.contains(key());
    }

    /** @param text of a secret: a character a byte; of others without white space at its ends, which a file may have */
    Object parse(String text, String origin) throws ConfigException {
        return parseAsIs(isSecret() ? text : text.trim(), origin);
    }

    /** As a client gives it. */
    Object parseAsIs(String text, String origin) throws ConfigException {
        try {
            return type.parser().apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key(), isSecret() ? "(a secret)" : text, origin, "must be " + type.allowed());
        }
    }

    String format(Object value) {
        return type.formatter().apply(value);
    }
}
