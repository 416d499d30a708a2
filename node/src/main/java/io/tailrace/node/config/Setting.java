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
    PORT(start("port", "6379"), port(), "port of the clients, 0 for only that of TLS"),
    BIND(start("bind", "127.0.0.1"), host(), "address that the node listens on"),
    DATA_DIR(start("data-dir", "tailrace-data").or("dir"), directory(), "where backlog and snapshots live"),
    SHARDS(start("shards", "1"), shards(), "threads that own a part of the keys each; auto for one a processor"),
    DATABASES(start("databases", "16"), number(1, 4096), "how many databases clients may select"),
    REPLICAOF(start("replicaof", ""), primary(), "client port of the primary to follow"),
    REPLICATION_PORT(
            start("replication-port", ""),
            derivedPort(),
            "port of shard 0's replication, shard n has n more; port + 10000 when not set"),
    METRICS_PORT(
            start("metrics-port", ""),
            optionalPort(),
            "port where GET /metrics is answered in Prometheus's format, none when not set"),
    ADMIN_PORT(
            start("admin-port", ""),
            optionalPort(),
            "port of a page for browsers, of /metrics and of /healthz, with TLS when there is a tls-port; none when not set"),
    ADMIN_BIND(start("admin-bind", ""), announcedHost(), "address that it is on, that of bind when not set"),
    CORES(start("cores", "none"), cores(), "processors that the shards' threads are pinned to"),
    HELPER_CORES(
            start("helper-cores", ""),
            processors(),
            "processors of all other threads; those the process started with, less the shards', when not set"),
    CORES_STRICT(
            start("cores-strict", "no"),
            yesOrNo(),
            "whether a node does not start where its threads can't be pinned as wished"),
    IDLE(start("idle", "hybrid"), choice(IdleMode.class), "what a thread without work does"),
    SEGMENT_SIZE(start("segment-size", "64mb"), size("1mb", "4gb"), "size of a file of the backlog"),
    BACKLOG_SIZE(
            live("backlog-size", "256mb").or("repl-backlog-size"), size("2mb", "1024gb"), "backlog kept by each shard"),
    BACKLOG_DISK_LIMIT(
            live("backlog-disk-limit", "0"),
            sizeOrNone("6mb", "1024gb"),
            "most that a shard's backlog may take of the disk, whatever needs it"),
    ON_DISK_PRESSURE(
            live("on-disk-pressure", "drop-slots"),
            choice(DiskPressure.class),
            "what gives way when the disk is full or the limit is reached"),
    REPLICA_PRIORITY(
            live("replica-priority", "100").or("slave-priority"),
            count(),
            "Sentinel promotes a replica with a lower one first, and one with 0 never"),
    FSYNC(
            live("fsync", "everysec").or("appendfsync"),
            choice(FsyncPolicy.class),
            "when the backlog is forced to the disk"),
    MAX_ENTRIES(
            start("max-entries", "1000000"),
            number(1, 10_000_000_000L),
            "keys that the node is sized for at first; it grows past them"),
    AVG_KEY_SIZE(start("avg-key-size", "32"), size("1", "64kb"), "expected size of a key"),
    AVG_VALUE_SIZE(start("avg-value-size", "512"), size("1", "256mb"), "expected size of a value"),
    MAX_VALUE_SIZE(
            start("max-value-size", "16mb").or("proto-max-bulk-len"),
            size("1kb", "256mb"),
            "largest value that is accepted"),
    MAX_MEMORY(
            live("max-memory", "0").or("maxmemory"),
            size("0", "1024gb"),
            "memory for keys and values, divided among the shards, 0 for no limit"),
    MAX_MEMORY_POLICY(
            live("max-memory-policy", "noeviction").or("maxmemory-policy"),
            choice(EvictionPolicy.class),
            "which keys go when a primary is over that limit"),
    MAX_MEMORY_SAMPLES(
            live("max-memory-samples", "5").or("maxmemory-samples"),
            number(1, Integer.MAX_VALUE),
            "keys that are looked at to evict one of the least used"),
    LFU_LOG_FACTOR(
            live("lfu-log-factor", "10"), count(), "the higher, the more uses it takes to count as used more often"),
    LFU_DECAY_TIME(
            live("lfu-decay-time", "1"),
            count(),
            "minutes without use after which a key counts as used less often, 0 for never"),
    HASH_MAX_LISTPACK_ENTRIES(
            live("hash-max-listpack-entries", "512").or("hash-max-ziplist-entries"),
            longCount(),
            "fields above which OBJECT ENCODING calls a hash a hashtable, and DUMP writes it so"),
    HASH_MAX_LISTPACK_VALUE(
            live("hash-max-listpack-value", "64").or("hash-max-ziplist-value"),
            size("0", "1024gb"),
            "longest field or value of a hash that is not called so"),
    LIST_MAX_LISTPACK_SIZE(
            live("list-max-listpack-size", "-2").or("list-max-ziplist-size"),
            number(Integer.MIN_VALUE, Integer.MAX_VALUE),
            "elements of a node of a list in DUMP, or from -1 to -5 its size: 4, 8, 16, 32 or 64 kb"),
    SET_MAX_INTSET_ENTRIES(
            live("set-max-intset-entries", "512"),
            longCount(),
            "integers above which OBJECT ENCODING calls a set of them a hashtable, and DUMP writes it so"),
    ZSET_MAX_LISTPACK_ENTRIES(
            live("zset-max-listpack-entries", "128").or("zset-max-ziplist-entries"),
            longCount(),
            "members above which OBJECT ENCODING calls a sorted set a skiplist, and DUMP writes it so"),
    ZSET_MAX_LISTPACK_VALUE(
            live("zset-max-listpack-value", "64").or("zset-max-ziplist-value"),
            size("0", "1024gb"),
            "longest member of a sorted set that is not called so"),
    STREAM_NODE_MAX_BYTES(
            live("stream-node-max-bytes", "4kb"),
            size("0", "1gb"),
            "bytes of a node of a stream, 0 for no limit: where XADD and XTRIM cut with ~"),
    STREAM_NODE_MAX_ENTRIES(
            live("stream-node-max-entries", "100"), count(), "entries of a node of a stream, 0 for no limit"),
    PUMP_BUDGET(
            live("pump-budget", "64kb"),
            size("1kb", "64mb"),
            "bytes that a replica is sent in one turn of the duty cycle"),
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
            "unsent bytes at which it is closed when they are as many for a number of seconds"),
    PUBSUB_OUTPUT_LIMIT(
            live("pubsub-output-limit", "32mb"),
            sizeOrNone("1", "1024gb"),
            "unsent bytes at which a subscriber's connection is closed, instead of client-output-limit"),
    PUBSUB_OUTPUT_SOFT_LIMIT(
            live("pubsub-output-soft-limit", "8388608 60"),
            softLimit(),
            "the same of a subscriber, instead of client-output-soft-limit"),
    SNAPSHOT_INTERVAL(
            live("snapshot-interval", "300"),
            number(0, 31_536_000),
            "seconds between background snapshots of a changing shard, 0 for none by time"),
    SNAPSHOT_LOG_BYTES(
            live("snapshot-log-bytes", "128mb"),
            size("1mb", "1024gb"),
            "log bytes after which a background snapshot starts"),
    SNAPSHOT_RATE(
            live("snapshot-rate", "0"),
            size("0", "1024gb"),
            "bytes a second that the node sends in full syncs, of all replicas together; 0 for no limit"),
    WHILE_SYNCING(
            live("while-syncing", "serve"),
            choice(WhileSyncing.class),
            "whether a replica in a full sync serves its old data or answers -LOADING"),
    RECONNECT_WINDOW(
            live("reconnect-window", "60"),
            number(0, 86_400),
            "seconds for which the backlog that a lost replica needs is kept"),
    ACK_REPLICAS(
            live("ack-replicas", "0"),
            number(0, 64),
            "replicas that have applied a write before it is answered, 0 for none"),
    ACK_TIMEOUT(
            live("ack-timeout", "1000"),
            number(1, 3_600_000),
            "milliseconds for which that answer is held; then it is -NOREPLICAS"),
    MIN_REPLICAS_TO_WRITE(
            live("min-replicas-to-write", "0").or("min-slaves-to-write"),
            count(),
            "good replicas below which writes are refused, 0 for never"),
    MIN_REPLICAS_MAX_LAG(
            live("min-replicas-max-lag", "10").or("min-slaves-max-lag"),
            count(),
            "seconds since its last acknowledgement for which a replica is good, 0 refuses no write"),
    REPLICA_MAX_STALENESS_MS(
            live("replica-max-staleness-ms", "0"),
            number(0, 86_400_000),
            "age of its data above which a replica answers reads with -STALE, 0 for no limit"),
    REPL_TIMEOUT(
            live("repl-timeout", "10"),
            number(2, 86_400),
            "seconds without a sign of life after which a replica gives its connection up, and a primary after three times as many"),
    REPLICA_ANNOUNCE_IP(
            live("replica-announce-ip", "").or("slave-announce-ip"),
            announcedHost(),
            "address that primary and Sentinel know this replica by, that of its connection when not set"),
    REPLICA_ANNOUNCE_PORT(
            live("replica-announce-port", "0").or("slave-announce-port"),
            port(),
            "port that they know it by, that of its clients when 0"),
    NOTIFY_KEYSPACE_EVENTS(
            live("notify-keyspace-events", ""),
            notifyClasses(),
            "which changes of keys are published, by Redis's letters; none when empty"),
    SLOWLOG_LOG_SLOWER_THAN(
            live("slowlog-log-slower-than", "10000"),
            number(-1, Long.MAX_VALUE),
            "microseconds that a command takes to be noted by SLOWLOG, -1 for none"),
    SLOWLOG_MAX_LEN(live("slowlog-max-len", "128"), longCount(), "commands that SLOWLOG keeps"),
    LATENCY_MONITOR_THRESHOLD(
            live("latency-monitor-threshold", "0"),
            longCount(),
            "milliseconds that an event takes to be noted by LATENCY, 0 for none"),
    LATENCY_TRACKING(
            live("latency-tracking", "yes"), yesOrNo(), "whether a histogram of its times is kept for each command"),
    LATENCY_TRACKING_INFO_PERCENTILES(
            live("latency-tracking-info-percentiles", "50 99 99.9"),
            percentiles(),
            "percentiles of each command's times that INFO tells"),
    ACLLOG_MAX_LEN(live("acllog-max-len", "128"), longCount(), "refusals that ACL LOG keeps"),
    ACL_PUBSUB_DEFAULT(
            live("acl-pubsub-default", "resetchannels"),
            choice(PubSubDefault.class),
            "channels of a user that is made"),
    TRACKING_TABLE_MAX_KEYS(
            live("tracking-table-max-keys", "1000000"),
            longCount(),
            "keys that are remembered for CLIENT TRACKING, of the node, 0 for any number"),
    LOG_LEVEL(
            live("log-level", "notice").or("loglevel"), choice(LogLevel.class), "how much is logged, by Redis's words"),
    LOG_FORMAT(start("log-format", "text"), choice(LogFormat.class), "key=value, or an object of JSON a line"),
    LOG_FILE(start("log-file", "").or("logfile"), file(), "file that the log is appended to, stderr when not set"),
    LOG_FILE_SIZE(
            start("log-file-size", "64mb"),
            sizeOrNone("1kb", "1024gb"),
            "size at which that file is moved aside to FILE.1, FILE.2 and so on, 0 for never"),
    LOG_FILE_COUNT(start("log-file-count", "5"), number(0, 1_000), "how many files that were moved aside are kept"),
    ENABLE_DEBUG_COMMAND(start("enable-debug-command", "no"), yesOrNo(), "whether clients may use DEBUG"),
    MAX_CLIENTS(
            live("max-clients", "10000").or("maxclients"), number(1, 1_000_000), "connected clients that are served"),
    TIMEOUT(live("timeout", "0"), number(0, 31_536_000), "seconds after which an idle client is closed, 0 for never"),
    TCP_KEEPALIVE(
            live("tcp-keepalive", "300"),
            count(),
            "seconds of silence after which a client that connected since is asked for a sign of life, 0 for never"),
    BUSY_REPLY_THRESHOLD(
            live("busy-reply-threshold", "5000").or("lua-time-limit"),
            number(0, 31_536_000_000L),
            "milliseconds after which other clients of a shard that runs a script get -BUSY, 0 for never"),
    PROTECTED_MODE(
            live("protected-mode", "yes"),
            yesOrNo(),
            "whether only clients and replicas of this machine are served while the default user has no password"),
    REQUIREPASS(live("requirepass", ""), secret(), "password of the default user; not taken from the command line"),
    REQUIREPASS_FILE(start("requirepass-file", ""), file(), "file with that password as its only line"),
    MASTERUSER(
            live("masteruser", ""),
            text(),
            "user as which this node logs in at its primary, the default one when not set"),
    MASTERAUTH(live("masterauth", ""), secret(), "password of that user; not taken from the command line"),
    MASTERAUTH_FILE(start("masterauth-file", ""), file(), "file with that password as its only line"),
    ACLFILE(start("aclfile", ""), file(), "file of users in Redis's format"),
    TLS_PORT(start("tls-port", "0"), port(), "port of clients with TLS, 0 for none"),
    TLS_CERT(
            live("tls-cert", "").or("tls-cert-file"),
            file(),
            "this node's certificate in PEM, with those between it and the authority's"),
    TLS_KEY(live("tls-key", "").or("tls-key-file"), file(), "its private key in PEM, PKCS#8 or PKCS#1, not encrypted"),
    TLS_CA(
            live("tls-ca", "").or("tls-ca-cert-file"),
            file(),
            "certificates in PEM of the authorities whose certificates others may show"),
    TLS_AUTH_CLIENTS(
            live("tls-auth-clients", "yes"),
            choice(TlsClients.class),
            "whether clients and replicas have to show a certificate; optional: a wrong one is refused"),
    TLS_PROTOCOLS(
            live("tls-protocols", ""), text(), "versions that are spoken, of TLSv1.2 and TLSv1.3; both when not set"),
    TLS_CIPHERS(
            live("tls-ciphers", ""),
            text(),
            "ciphers of TLSv1.2 by OpenSSL's or their own names, with a colon between two, !NAME or -NAME for without"),
    TLS_CIPHERSUITES(live("tls-ciphersuites", ""), text(), "ciphers of TLSv1.3, with a colon between two"),
    TLS_PREFER_SERVER_CIPHERS(
            live("tls-prefer-server-ciphers", "no"),
            yesOrNo(),
            "whether this node's order of ciphers decides, and not the client's"),
    TLS_REPLICATION(
            start("tls-replication", "no"),
            yesOrNo(),
            "whether nodes speak TLS with each other: on the replication ports, and to the primary's client port");

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

    /** @param text of a secret: a character a byte */
    Object parse(String text, String origin) throws ConfigException {
        try {
            return type.parser().apply(isSecret() ? text : text.trim());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key(), isSecret() ? "(a secret)" : text, origin, "must be " + type.allowed());
        }
    }

    String format(Object value) {
        return type.formatter().apply(value);
    }
}
