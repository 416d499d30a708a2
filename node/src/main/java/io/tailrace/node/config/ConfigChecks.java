package io.tailrace.node.config;

import java.util.Collections;

/** The rules that hold between settings; each message names the key to change. */
final class ConfigChecks {

    private static final int MIN_SEGMENTS = 4;
    private static final long SEGMENT_INDEX = 1 << 20;

    private ConfigChecks() {}

    static void check(NodeConfig config) throws ConfigException {
        checkTls(config);
        checkPorts(config);
        checkSizes(config);
        require(
                config.cores().kind() != Cores.Kind.LIST
                        || config.cores().list().size() == config.shards().count(),
                config,
                Setting.CORES,
                "must name one processor for each of the " + config.shards().count() + " shard(s)");
        require(
                Collections.disjoint(config.cores().list(), config.helperCores().list()),
                config,
                Setting.HELPER_CORES,
                "must name no processor that cores names, which is " + config.cores());
    }

    private static void checkPorts(NodeConfig config) throws ConfigException {
        int first = config.replicationPort();
        int last = config.replicationPort(config.shards().count() - 1);
        require(
                last <= 65535,
                config,
                Setting.REPLICATION_PORT,
                "must leave room for " + config.shards().count()
                        + " shard(s) below 65536; without it, it is port + 10000");
        require(
                config.port() < first || config.port() > last,
                config,
                Setting.REPLICATION_PORT,
                "must not lead to the clients' port " + config.port() + ", it takes " + first + ".." + last);
        int metrics = config.admin().metricsPort();
        require(
                metrics == 0 || metrics != config.port() && (metrics < first || metrics > last),
                config,
                Setting.METRICS_PORT,
                "must not be the clients' port " + config.port() + " nor one of replication, " + first + ".." + last);
        int admin = config.admin().port();
        require(
                admin == 0
                        || admin != config.port()
                                && admin != config.tlsPort()
                                && admin != metrics
                                && (admin < first || admin > last),
                config,
                Setting.ADMIN_PORT,
                "must be another port than port, tls-port, metrics-port and those of replication, " + first + ".."
                        + last);
    }

    private static void checkSizes(NodeConfig config) throws ConfigException {
        require(
                config.backlogSize() >= 2 * config.segmentSize(),
                config,
                Setting.BACKLOG_SIZE,
                "must be at least twice segment-size, which is " + config.segmentSize() + " bytes");
        long leastLimit = config.backlogSize() + MIN_SEGMENTS * (config.segmentSize() + SEGMENT_INDEX);
        require(
                config.backlogDiskLimit() >= leastLimit,
                config,
                Setting.BACKLOG_DISK_LIMIT,
                "must be 0, or at least backlog-size and " + MIN_SEGMENTS + " files of segment-size and 1mb, which is "
                        + leastLimit + " bytes");
        require(
                config.avgValueSize() <= config.maxValueSize(),
                config,
                Setting.AVG_VALUE_SIZE,
                "must not be above max-value-size, which is " + config.maxValueSize() + " bytes");
        require(
                config.maxEntries() >= config.shards().count(),
                config,
                Setting.MAX_ENTRIES,
                "must be at least the number of shards, which is "
                        + config.shards().count());
    }

    private static void checkTls(NodeConfig config) throws ConfigException {
        int port = config.tlsPort();
        int first = config.replicationPort();
        int last = config.replicationPort(config.shards().count() - 1);
        require(port != 0 || config.port() != 0, config, Setting.PORT, "must not be 0 without a tls-port");
        require(
                port == 0
                        || port != config.port()
                                && port != config.admin().metricsPort()
                                && (port < first || port > last),
                config,
                Setting.TLS_PORT,
                "must be another port than port, metrics-port and those of replication, " + first + ".." + last);
        boolean hasTls = port != 0 || config.tls().isReplication();
        require(!hasTls || config.tls().cert() != null, config, Setting.TLS_CERT, "must be set for TLS");
        require(!hasTls || config.tls().key() != null, config, Setting.TLS_KEY, "must be set for TLS");
        boolean looksAtOthers = config.tls().isReplication() || config.tls().authClients() != TlsClients.NO;
        require(
                !hasTls || !looksAtOthers || config.tls().ca() != null,
                config,
                Setting.TLS_CA,
                "must be set for tls-replication, and unless tls-auth-clients is no");
    }

    private static void require(boolean holds, NodeConfig config, Setting setting, String reason)
            throws ConfigException {
        if (!holds) {
            throw new ConfigException(setting.key(), config.text(setting), "the settings together", reason);
        }
    }
}
