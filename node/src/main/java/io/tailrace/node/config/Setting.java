package io.tailrace.node.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every setting of a node, described once: the flag {@code --segment-size}, the environment's
 * {@code TAILRACE_SEGMENT_SIZE}, the key in a file and the name in CONFIG GET and CONFIG SET are the same setting with the
 * same values, the same parser and the same messages.
 */
public enum Setting {
    PORT("port", "6379", SettingType.number(0, 65535), When.START, "port of the clients, 0 for only that of TLS"),
    BIND("bind", "127.0.0.1", SettingType.host(), When.START, "address that the node listens on"),
    DATA_DIR(
            "data-dir",
            "dir",
            "tailrace-data",
            SettingType.directory(),
            When.START,
            "where backlog and snapshots live"),
    SHARDS("shards", "1", SettingType.number(1, 64), When.START, "threads that own a part of the keys each"),
    DATABASES("databases", "16", SettingType.number(1, 4096), When.START, "how many databases clients may select"),
    REPLICAOF("replicaof", "", SettingType.primary(), When.START, "client port of the primary to follow"),
    REPLICATION_PORT(
            "replication-port",
            "",
            SettingType.derivedPort(),
            When.START,
            "port of shard 0's replication, shard n has n more; port + 10000 when not set"),
    METRICS_PORT(
            "metrics-port",
            "",
            SettingType.optionalPort(),
            When.START,
            "port where GET /metrics is answered in Prometheus's format, none when not set"),
    CORES("cores", "none", SettingType.cores(), When.START, "processors that the shards' threads are pinned to"),
    HELPER_CORES(
            "helper-cores",
            "",
            SettingType.processors(),
            When.START,
            "processors of all other threads; those the process started with, less the shards', when not set"),
    CORES_STRICT(
            "cores-strict",
            "no",
            SettingType.yesOrNo(),
            When.START,
            "whether a node does not start where its threads can't be pinned as wished"),
    IDLE("idle", "hybrid", SettingType.choice(IdleMode.class), When.START, "what a thread without work does"),
    SEGMENT_SIZE("segment-size", "64mb", SettingType.size("1mb", "4gb"), When.START, "size of a file of the backlog"),
    BACKLOG_SIZE(
            "backlog-size",
            "repl-backlog-size",
            "256mb",
            SettingType.size("2mb", "1024gb"),
            When.LIVE,
            "backlog kept by each shard"),
    BACKLOG_DISK_LIMIT(
            "backlog-disk-limit",
            "0",
            SettingType.sizeOrNone("6mb", "1024gb"),
            When.LIVE,
            "most that a shard's backlog may take of the disk, whoever needs it"),
    ON_DISK_PRESSURE(
            "on-disk-pressure",
            "drop-slots",
            SettingType.choice(DiskPressure.class),
            When.LIVE,
            "what gives way when the disk is full or the limit is reached"),
    REPLICA_PRIORITY(
            "replica-priority",
            "slave-priority",
            "100",
            SettingType.number(0, Integer.MAX_VALUE),
            When.LIVE,
            "Sentinel promotes a replica with a lower one first, and one with 0 never"),
    FSYNC(
            "fsync",
            "appendfsync",
            "everysec",
            SettingType.choice(FsyncPolicy.class),
            When.LIVE,
            "when the backlog is forced to the disk"),
    MAX_ENTRIES(
            "max-entries",
            "1000000",
            SettingType.number(1, 10_000_000_000L),
            When.START,
            "keys that the node is sized for at first; it grows past them"),
    AVG_KEY_SIZE("avg-key-size", "32", SettingType.size("1", "64kb"), When.START, "expected size of a key"),
    AVG_VALUE_SIZE("avg-value-size", "512", SettingType.size("1", "256mb"), When.START, "expected size of a value"),
    MAX_VALUE_SIZE(
            "max-value-size",
            "proto-max-bulk-len",
            "16mb",
            SettingType.size("1kb", "256mb"),
            When.START,
            "largest value that is accepted"),
    MAX_MEMORY(
            "max-memory",
            "maxmemory",
            "0",
            SettingType.size("0", "1024gb"),
            When.LIVE,
            "memory for keys and values, divided among the shards, 0 for no limit"),
    MAX_MEMORY_POLICY(
            "max-memory-policy",
            "maxmemory-policy",
            "noeviction",
            SettingType.choice(EvictionPolicy.class),
            When.LIVE,
            "which keys go when a primary is over that limit"),
    MAX_MEMORY_SAMPLES(
            "max-memory-samples",
            "maxmemory-samples",
            "5",
            SettingType.number(1, Integer.MAX_VALUE),
            When.LIVE,
            "keys that are looked at to evict one of the least used"),
    LFU_LOG_FACTOR(
            "lfu-log-factor",
            "10",
            SettingType.number(0, Integer.MAX_VALUE),
            When.LIVE,
            "the higher, the more uses it takes to count as used more often"),
    LFU_DECAY_TIME(
            "lfu-decay-time",
            "1",
            SettingType.number(0, Integer.MAX_VALUE),
            When.LIVE,
            "minutes without use after which a key counts as used less often, 0 for never"),
    HASH_MAX_LISTPACK_ENTRIES(
            "hash-max-listpack-entries",
            "hash-max-ziplist-entries",
            "512",
            SettingType.number(0, Long.MAX_VALUE),
            When.LIVE,
            "fields above which OBJECT ENCODING calls a hash a hashtable, and DUMP writes it so"),
    HASH_MAX_LISTPACK_VALUE(
            "hash-max-listpack-value",
            "hash-max-ziplist-value",
            "64",
            SettingType.size("0", "1024gb"),
            When.LIVE,
            "longest field or value of a hash that is not called so"),
    LIST_MAX_LISTPACK_SIZE(
            "list-max-listpack-size",
            "list-max-ziplist-size",
            "-2",
            SettingType.number(Integer.MIN_VALUE, Integer.MAX_VALUE),
            When.LIVE,
            "elements of a node of a list in DUMP, or from -1 to -5 its size: 4, 8, 16, 32 or 64 kb"),
    SET_MAX_INTSET_ENTRIES(
            "set-max-intset-entries",
            "512",
            SettingType.number(0, Long.MAX_VALUE),
            When.LIVE,
            "integers above which OBJECT ENCODING calls a set of them a hashtable, and DUMP writes it so"),
    ZSET_MAX_LISTPACK_ENTRIES(
            "zset-max-listpack-entries",
            "zset-max-ziplist-entries",
            "128",
            SettingType.number(0, Long.MAX_VALUE),
            When.LIVE,
            "members above which OBJECT ENCODING calls a sorted set a skiplist, and DUMP writes it so"),
    ZSET_MAX_LISTPACK_VALUE(
            "zset-max-listpack-value",
            "zset-max-ziplist-value",
            "64",
            SettingType.size("0", "1024gb"),
            When.LIVE,
            "longest member of a sorted set that is not called so"),
    STREAM_NODE_MAX_BYTES(
            "stream-node-max-bytes",
            "4kb",
            SettingType.size("0", "1gb"),
            When.LIVE,
            "bytes of a node of a stream, 0 for no limit: where XADD and XTRIM cut with ~"),
    STREAM_NODE_MAX_ENTRIES(
            "stream-node-max-entries",
            "100",
            SettingType.number(0, Integer.MAX_VALUE),
            When.LIVE,
            "entries of a node of a stream, 0 for no limit"),
    PUMP_BUDGET(
            "pump-budget",
            "64kb",
            SettingType.size("1kb", "64mb"),
            When.LIVE,
            "bytes that a replica is sent in one turn of the duty cycle"),
    REPLICA_OUTPUT_LIMIT(
            "replica-output-limit",
            "4mb",
            SettingType.size("64kb", "1gb"),
            When.LIVE,
            "unsent bytes at which a replica's connection is closed"),
    CLIENT_OUTPUT_LIMIT(
            "client-output-limit",
            "1gb",
            SettingType.sizeOrNone("1", "1024gb"),
            When.LIVE,
            "unsent bytes at which a client's connection is closed"),
    CLIENT_OUTPUT_SOFT_LIMIT(
            "client-output-soft-limit",
            "0 0",
            SettingType.softLimit(),
            When.LIVE,
            "unsent bytes at which it is closed when they are as many for so many seconds"),
    PUBSUB_OUTPUT_LIMIT(
            "pubsub-output-limit",
            "32mb",
            SettingType.sizeOrNone("1", "1024gb"),
            When.LIVE,
            "unsent bytes at which a subscriber's connection is closed, instead of client-output-limit"),
    PUBSUB_OUTPUT_SOFT_LIMIT(
            "pubsub-output-soft-limit",
            "8388608 60",
            SettingType.softLimit(),
            When.LIVE,
            "the same of a subscriber, instead of client-output-soft-limit"),
    SNAPSHOT_INTERVAL(
            "snapshot-interval",
            "300",
            SettingType.number(0, 31_536_000),
            When.LIVE,
            "seconds between background snapshots of a changing shard, 0 for none by time"),
    SNAPSHOT_LOG_BYTES(
            "snapshot-log-bytes",
            "128mb",
            SettingType.size("1mb", "1024gb"),
            When.LIVE,
            "log bytes after which a background snapshot starts"),
    SNAPSHOT_RATE(
            "snapshot-rate",
            "0",
            SettingType.size("0", "1024gb"),
            When.LIVE,
            "bytes a second that the node sends in full syncs, of all replicas together; 0 for no limit"),
    WHILE_SYNCING(
            "while-syncing",
            "serve",
            SettingType.choice(WhileSyncing.class),
            When.LIVE,
            "whether a replica in a full sync serves its old data or answers -LOADING"),
    RECONNECT_WINDOW(
            "reconnect-window",
            "60",
            SettingType.number(0, 86_400),
            When.LIVE,
            "seconds for which the backlog that a lost replica needs is kept"),
    ACK_REPLICAS(
            "ack-replicas",
            "0",
            SettingType.number(0, 64),
            When.LIVE,
            "replicas that have applied a write before it is answered, 0 for none"),
    ACK_TIMEOUT(
            "ack-timeout",
            "1000",
            SettingType.number(1, 3_600_000),
            When.LIVE,
            "milliseconds for which that answer is held; then it is -NOREPLICAS"),
    MIN_REPLICAS_TO_WRITE(
            "min-replicas-to-write",
            "min-slaves-to-write",
            "0",
            SettingType.number(0, Integer.MAX_VALUE),
            When.LIVE,
            "good replicas below which writes are refused, 0 for never"),
    MIN_REPLICAS_MAX_LAG(
            "min-replicas-max-lag",
            "min-slaves-max-lag",
            "10",
            SettingType.number(0, Integer.MAX_VALUE),
            When.LIVE,
            "seconds since its last acknowledgement for which a replica is good, 0 refuses no write"),
    REPLICA_MAX_STALENESS_MS(
            "replica-max-staleness-ms",
            "0",
            SettingType.number(0, 86_400_000),
            When.LIVE,
            "age of its data above which a replica answers reads with -STALE, 0 for no limit"),
    REPL_TIMEOUT(
            "repl-timeout",
            "10",
            SettingType.number(2, 86_400),
            When.LIVE,
            "seconds without a sign of life after which a replica gives its connection up, and a primary after three times as many"),
    REPLICA_ANNOUNCE_IP(
            "replica-announce-ip",
            "slave-announce-ip",
            "",
            SettingType.announcedHost(),
            When.LIVE,
            "address that primary and Sentinel know this replica by, that of its connection when not set"),
    REPLICA_ANNOUNCE_PORT(
            "replica-announce-port",
            "slave-announce-port",
            "0",
            SettingType.number(0, 65535),
            When.LIVE,
            "port that they know it by, that of its clients when 0"),
    NOTIFY_KEYSPACE_EVENTS(
            "notify-keyspace-events",
            "",
            SettingType.notifyClasses(),
            When.LIVE,
            "which changes of keys are published, by Redis's letters; none when empty"),
    SLOWLOG_LOG_SLOWER_THAN(
            "slowlog-log-slower-than",
            "10000",
            SettingType.number(-1, Long.MAX_VALUE),
            When.LIVE,
            "microseconds that a command takes to be noted by SLOWLOG, -1 for none"),
    SLOWLOG_MAX_LEN(
            "slowlog-max-len", "128", SettingType.number(0, Long.MAX_VALUE), When.LIVE, "commands that SLOWLOG keeps"),
    LATENCY_MONITOR_THRESHOLD(
            "latency-monitor-threshold",
            "0",
            SettingType.number(0, Long.MAX_VALUE),
            When.LIVE,
            "milliseconds that an event takes to be noted by LATENCY, 0 for none"),
    LATENCY_TRACKING(
            "latency-tracking",
            "yes",
            SettingType.yesOrNo(),
            When.LIVE,
            "whether a histogram of its times is kept for each command"),
    ACLLOG_MAX_LEN(
            "acllog-max-len", "128", SettingType.number(0, Long.MAX_VALUE), When.LIVE, "refusals that ACL LOG keeps"),
    ACL_PUBSUB_DEFAULT(
            "acl-pubsub-default",
            "resetchannels",
            SettingType.choice(PubSubDefault.class),
            When.LIVE,
            "channels of a user that is made"),
    TRACKING_TABLE_MAX_KEYS(
            "tracking-table-max-keys",
            "1000000",
            SettingType.number(0, Long.MAX_VALUE),
            When.LIVE,
            "keys that are remembered for CLIENT TRACKING, of the node, 0 for any number"),
    ENABLE_DEBUG_COMMAND(
            "enable-debug-command", "no", SettingType.yesOrNo(), When.START, "whether clients may use DEBUG"),
    MAX_CLIENTS(
            "max-clients",
            "maxclients",
            "10000",
            SettingType.number(1, 1_000_000),
            When.LIVE,
            "connected clients that are served"),
    TIMEOUT(
            "timeout",
            "0",
            SettingType.number(0, 31_536_000),
            When.LIVE,
            "seconds after which an idle client is closed, 0 for never"),
    TCP_KEEPALIVE(
            "tcp-keepalive",
            "300",
            SettingType.number(0, Integer.MAX_VALUE),
            When.LIVE,
            "seconds of silence after which a client that connected since is asked for a sign of life, 0 for never"),
    BUSY_REPLY_THRESHOLD(
            "busy-reply-threshold",
            "lua-time-limit",
            "5000",
            SettingType.number(0, 31_536_000_000L),
            When.LIVE,
            "milliseconds after which other clients of a shard that runs a script get -BUSY, 0 for never"),
    PROTECTED_MODE(
            "protected-mode",
            "yes",
            SettingType.yesOrNo(),
            When.LIVE,
            "whether only clients and replicas of this machine are served while the default user has no password"),
    REQUIREPASS(
            "requirepass",
            "",
            SettingType.secret(),
            When.LIVE,
            "password of the default user; not taken from the command line"),
    REQUIREPASS_FILE(
            "requirepass-file", "", SettingType.file(), When.START, "file with that password as its only line"),
    MASTERUSER(
            "masteruser",
            "",
            SettingType.text(),
            When.LIVE,
            "user as which this node logs in at its primary, the default one when not set"),
    MASTERAUTH(
            "masterauth",
            "",
            SettingType.secret(),
            When.LIVE,
            "password of that user; not taken from the command line"),
    MASTERAUTH_FILE("masterauth-file", "", SettingType.file(), When.START, "file with that password as its only line"),
    ACLFILE("aclfile", "", SettingType.file(), When.START, "file of users in Redis's format"),
    TLS_PORT("tls-port", "0", SettingType.number(0, 65535), When.START, "port of clients with TLS, 0 for none"),
    TLS_CERT(
            "tls-cert",
            "tls-cert-file",
            "",
            SettingType.file(),
            When.LIVE,
            "this node's certificate in PEM, with those between it and the authority's"),
    TLS_KEY(
            "tls-key",
            "tls-key-file",
            "",
            SettingType.file(),
            When.LIVE,
            "its private key in PEM, PKCS#8 or PKCS#1, not encrypted"),
    TLS_CA(
            "tls-ca",
            "tls-ca-cert-file",
            "",
            SettingType.file(),
            When.LIVE,
            "certificates in PEM of the authorities whose certificates others may show"),
    TLS_AUTH_CLIENTS(
            "tls-auth-clients",
            "yes",
            SettingType.choice(TlsClients.class),
            When.LIVE,
            "whether clients and replicas have to show a certificate; optional: a wrong one is refused"),
    TLS_PROTOCOLS(
            "tls-protocols",
            "",
            SettingType.text(),
            When.LIVE,
            "versions that are spoken, of TLSv1.2 and TLSv1.3; both when not set"),
    TLS_CIPHERS(
            "tls-ciphers",
            "",
            SettingType.text(),
            When.LIVE,
            "ciphers of TLSv1.2 by OpenSSL's or their own names, with a colon between two, !NAME or -NAME for without"),
    TLS_CIPHERSUITES(
            "tls-ciphersuites", "", SettingType.text(), When.LIVE, "ciphers of TLSv1.3, with a colon between two"),
    TLS_PREFER_SERVER_CIPHERS(
            "tls-prefer-server-ciphers",
            "no",
            SettingType.yesOrNo(),
            When.LIVE,
            "whether this node's order of ciphers decides, and not the client's"),
    TLS_REPLICATION(
            "tls-replication",
            "no",
            SettingType.yesOrNo(),
            When.START,
            "whether nodes speak TLS with each other: on the replication ports, and to the primary's client port");

    /** When a setting takes effect. */
    private enum When {
        /** Read once at the start. */
        START,
        /** CONFIG SET may change it in a running node. */
        LIVE
    }

    /** Values that stay out of messages and of arguments that any user of the machine can see. */
    private static final Set<String> SECRETS = Set.of("requirepass", "masterauth");

    private static final Map<String, Setting> BY_NAME = Stream.of(values())
            .flatMap(setting -> Stream.of(setting.key, setting.alias).distinct().map(name -> Map.entry(name, setting)))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private final String key;
    private final String alias;
    private final String defaultText;
    private final SettingType type;
    private final When when;
    private final String meaning;

    Setting(String key, String defaultText, SettingType type, When when, String meaning) {
        this(key, key, defaultText, type, when, meaning);
    }

    Setting(String key, String alias, String defaultText, SettingType type, When when, String meaning) {
        this.key = key;
        this.alias = alias;
        this.defaultText = defaultText;
        this.type = type;
        this.when = when;
        this.meaning = meaning;
    }

    /** The name in flags, files and CONFIG: lower case words with hyphens. */
    public String key() {
        return key;
    }

    /** Redis's name for it, which CONFIG takes too; the key itself when Redis has no other. */
    public String alias() {
        return alias;
    }

    public String variable() {
        return "TAILRACE_" + name();
    }

    public String defaultText() {
        return defaultText;
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
        return when == When.LIVE;
    }

    /** Whether its value is shown to nobody who may not change it. */
    public boolean isSecret() {
        return SECRETS.contains(key);
    }

    /** The setting of a key or of Redis's name for it, in any case. */
    public static Optional<Setting> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    /** What to say about a name that is no setting. */
    static String suggestion(String name) {
        return EditDistance.suggestion(
                name, Stream.of(values()).map(Setting::key).toList());
    }

    /** @param text of a secret: a character a byte */
    Object parse(String text, String origin) throws ConfigException {
        try {
            return type.parser().apply(isSecret() ? text : text.trim());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, isSecret() ? "(a secret)" : text, origin, "must be " + type.allowed());
        }
    }

    String format(Object value) {
        return type.formatter().apply(value);
    }
}
