package io.tailrace.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NodeConfigTest {

    @TempDir
    private Path dir;

    @Test
    void shouldHaveTheDocumentedDefaults() throws ConfigException {
        NodeConfig config = NodeConfig.builder().build();

        assertEquals(6379, config.port());
        assertEquals("127.0.0.1", config.bind());
        assertEquals(Path.of("tailrace-data"), config.dataDir());
        assertEquals(1, config.shards().count());
        assertNull(config.replicaOf());
        assertEquals(16379, config.replicationPort());
        assertEquals(Cores.Kind.NONE, config.cores().kind());
        assertEquals(IdleMode.HYBRID, config.idle());
        assertEquals(64 << 20, config.segmentSize());
        assertEquals(256 << 20, config.backlogSize());
        assertEquals(FsyncPolicy.EVERYSEC, config.fsync());
        assertEquals(16 << 20, config.maxValueSize());
        assertEquals(64 << 10, config.pumpBudget());
        assertEquals(4 << 20, config.replicaOutputLimit());
        assertEquals(1L << 30, config.clientOutputLimit());
        assertEquals(WhileSyncing.SERVE, config.whileSyncing());
    }

    @ParameterizedTest
    @CsvSource({
        "4194304, 4194304",
        "4194304b, 4194304",
        "5000k, 5000000",
        "5000kb, 5120000",
        "5m, 5000000",
        "5MB, 5242880",
        "1g, 1000000000",
        "1Gb, 1073741824"
    })
    void shouldReadRedissUnits(String text, long bytes) throws ConfigException {
        assertEquals(
                bytes,
                NodeConfig.builder()
                        .set(Setting.SEGMENT_SIZE, text)
                        .set(Setting.BACKLOG_SIZE, "10gb")
                        .build()
                        .segmentSize());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PORT|65536|port = '65536' (from --port): must be a number from 0 to 65535",
                "PORT|six|port = 'six' (from --port): must be a number from 0 to 65535",
                "SHARDS|65|shards = '65' (from --shards): must be auto or a number from 1 to 64",
                "PORT|\u0663\u0664|port = '\u0663\u0664' (from --port): must be a number from 0 to 65535",
                "TIMEOUT|\uff11|timeout = '\uff11' (from --timeout): must be a number from 0 to 2147483647",
                "REPLICAOF|host:\u0667|replicaof = 'host:\u0667' (from --replicaof): "
                        + "must be HOST:PORT of a primary, or empty for none",
                "REPLICAOF|host:4294967297|replicaof = 'host:4294967297' (from --replicaof): "
                        + "must be HOST:PORT of a primary, or empty for none",
                "CLIENT_OUTPUT_SOFT_LIMIT|1mb \u0663|client-output-soft-limit = '1mb \u0663' "
                        + "(from --client-output-soft-limit): must be a size and a number of seconds, 0 0 for none",
                "SEGMENT_SIZE|1tb|segment-size = '1tb' (from --segment-size): must be a size from 1mb to 4gb",
                "SEGMENT_SIZE|1023kb|segment-size = '1023kb' (from --segment-size): must be a size from 1mb to 4gb",
                "SEGMENT_SIZE|999999999999999999gb|segment-size = '999999999999999999gb' (from --segment-size): "
                        + "must be a size from 1mb to 4gb",
                "FSYNC|never|fsync = 'never' (from --fsync): must be one of everysec, always, no",
                "REPLICAOF|localhost|replicaof = 'localhost' (from --replicaof): "
                        + "must be HOST:PORT of a primary, or empty for none",
                "REPLICAOF|host:70000|replicaof = 'host:70000' (from --replicaof): "
                        + "must be HOST:PORT of a primary, or empty for none",
                "CORES|1,1|cores = '1,1' (from --cores): "
                        + "must be none, auto or a list of different processor numbers such as 1,3",
                "ENABLE_DEBUG_COMMAND|on|enable-debug-command = 'on' (from --enable-debug-command): must be yes or no",
            })
    void shouldNameKeyValueAndWhatIsAllowed(Setting setting, String text, String message) {
        ConfigException e = assertThrows(
                ConfigException.class, () -> NodeConfig.builder().set(setting, text, "--" + setting.key()));

        assertEquals(message, e.getMessage());
        assertEquals(setting.key(), e.key());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|must have one line, the password",
                "'one\ntwo\n'|must have one line, the password",
                "LONG|must be at most 512 bytes, or empty for none",
            })
    void shouldNotShowTheSecretThatIsWrong(String content, String reason) throws IOException, ConfigException {
        String secret = "a\tb".repeat(200);
        Path file = Files.writeString(
                dir.resolve("secret"), content.replace("\\n", "\n").replace("LONG", secret));
        NodeConfigBuilder builder = NodeConfig.builder().set(Setting.MASTERAUTH_FILE, file);

        ConfigException e = assertThrows(ConfigException.class, builder::build);

        assertTrue(e.getMessage().endsWith(reason), e.getMessage());
        assertFalse(e.getMessage().contains("one\n") || e.getMessage().contains(secret), e.getMessage());
    }

    @Test
    void shouldRefuseASecretThatIsGivenTwice() throws IOException, ConfigException {
        Path file = Files.writeString(dir.resolve("secret"), "one");
        NodeConfigBuilder builder =
                NodeConfig.builder().set(Setting.REQUIREPASS_FILE, file).set(Setting.REQUIREPASS, "two");

        ConfigException e = assertThrows(ConfigException.class, builder::build);

        assertTrue(e.getMessage().endsWith("must not be set together with requirepass"), e.getMessage());
    }

    @Test
    void shouldKeepTheMessageOnOneLine() {
        ConfigException e = assertThrows(
                ConfigException.class, () -> NodeConfig.builder().set(Setting.PORT, "1\n2" + "x".repeat(1000), "file"));

        assertEquals(1, e.getMessage().lines().count());
        assertTrue(e.getMessage().length() < 300);
    }

    @ParameterizedTest
    @CsvSource({
        "PORT, 60000, replication-port",
        "REPLICATION_PORT, 6379, replication-port",
        "BACKLOG_SIZE, 100mb, backlog-size",
        "AVG_VALUE_SIZE, 20mb, avg-value-size",
        "CORES, '1,2', cores",
        "PORT, 0, port",
        "TLS_PORT, 16379, tls-port",
        "TLS_PORT, 6380, tls-cert",
        "TLS_REPLICATION, yes, tls-cert",
    })
    void shouldCheckSettingsAgainstEachOther(Setting setting, String text, String key) throws ConfigException {
        NodeConfigBuilder builder = NodeConfig.builder().set(setting, text);

        assertEquals(key, assertThrows(ConfigException.class, builder::build).key());
    }

    @Test
    void shouldRefuseReplicationPortsThatCoverTheClientsPort() throws ConfigException {
        NodeConfigBuilder builder = NodeConfig.builder()
                .set(Setting.SHARDS, 4)
                .set(Setting.PORT, 7003)
                .set(Setting.REPLICATION_PORT, 7000);

        assertThrows(ConfigException.class, builder::build);
        assertEquals(7002, builder.set(Setting.SHARDS, 3).build().replicationPort(2));
    }

    @Test
    void shouldAnnounceThePortThatOthersCanUse() throws ConfigException {
        NodeConfigBuilder tls = NodeConfig.builder()
                .set(Setting.TLS_PORT, 7001)
                .set(Setting.TLS_CERT, "node.pem")
                .set(Setting.TLS_KEY, "key.pem")
                .set(Setting.TLS_CA, "ca.pem");

        assertEquals(6379, tls.build().announcedPort());
        assertEquals(7001, tls.set(Setting.TLS_REPLICATION, "yes").build().announcedPort());
        assertEquals(16379, tls.build().replicationPort());
        assertEquals(
                7001,
                tls.set(Setting.PORT, 0)
                        .set(Setting.TLS_REPLICATION, "no")
                        .build()
                        .announcedPort());
        assertEquals(17001, tls.build().replicationPort());
    }

    @Test
    void shouldLetLaterPlacesWin() throws ConfigException, IOException {
        Path file = Files.writeString(dir.resolve("node.properties"), "port=7001\nshards=2\nfsync=no\n");

        NodeConfig config = NodeConfig.builder()
                .file(file)
                .environment(Map.of("TAILRACE_PORT", "7002", "TAILRACE_FSYNC", "always", "TAILRACE_HOME", "x"))
                .set(Setting.PORT, "7003", "--port")
                .build();

        assertEquals(7003, config.port());
        assertEquals(FsyncPolicy.ALWAYS, config.fsync());
        assertEquals(2, config.shards().count());
    }

    @Test
    void shouldNameFileAndNearestKeyForAnUnknownKey() throws IOException {
        Path file = Files.writeString(dir.resolve("node.properties"), "segmentsize=64mb\n");

        ConfigException e =
                assertThrows(ConfigException.class, () -> NodeConfig.builder().file(file));

        assertEquals("unknown setting 'segmentsize' in " + file + "; did you mean 'segment-size'?", e.getMessage());
    }

    @Test
    void shouldNameTheFileThatCannotBeRead() {
        Path file = dir.resolve("missing.properties");

        ConfigException e =
                assertThrows(ConfigException.class, () -> NodeConfig.builder().file(file));

        assertTrue(e.getMessage().startsWith("config = '" + file + "' (from --config): cannot be read"));
    }

    @Test
    void shouldFindSettingsByRedissNames() {
        assertEquals(Setting.DATA_DIR, SettingNames.find("dir").orElseThrow());
        assertEquals(Setting.FSYNC, SettingNames.find("AppendFsync").orElseThrow());
        assertEquals(Setting.MAX_CLIENTS, SettingNames.find("maxclients").orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void shouldTakeBackItsOwnText(Setting setting) throws ConfigException {
        String text = NodeConfig.builder().build().text(setting);

        assertEquals(text, NodeConfig.builder().set(setting, text).build().text(setting));
    }

    @Test
    void shouldReadAddressesAndCores() throws ConfigException {
        assertEquals(new HostPort("::1", 6379), HostPort.parse("[::1]:6379"));
        assertEquals("[::1]:6379", HostPort.parse("[::1]:6379").toString());
        assertEquals(new HostPort("primary", 7000), HostPort.parse("primary 7000"));
        assertThrows(IllegalArgumentException.class, () -> HostPort.parse("::1:6379"));
        assertEquals(
                List.of(1, 3),
                NodeConfig.builder()
                        .set(Setting.SHARDS, 2)
                        .set(Setting.CORES, "1,3")
                        .build()
                        .cores()
                        .list());
    }

    @Test
    void shouldTakeRedisStarForEveryAddress() throws ConfigException {
        assertEquals(
                "0.0.0.0",
                NodeConfig.builder().set(Setting.BIND, "*", "test").build().bind());
    }

    @Test
    void shouldChangeLiveSettingsAllOrNone() throws ConfigException {
        LiveSettings live = new LiveSettings(NodeConfig.builder().build());

        live.change(Map.of(Setting.PUMP_BUDGET, "256kb", Setting.TIMEOUT, "30"));
        assertThrows(
                ConfigException.class,
                () -> live.change(Map.of(Setting.PUMP_BUDGET, "128kb", Setting.TIMEOUT, "soon")));
        ConfigException fixed = assertThrows(ConfigException.class, () -> live.change(Map.of(Setting.PORT, "7000")));

        assertEquals(256 << 10, live.current().pumpBudget());
        assertEquals(30, live.current().timeout());
        assertEquals("can't set immutable config", fixed.reason());
    }

    @Test
    void shouldGiveEverySettingItsOwnNames() {
        long names = Stream.of(Setting.values())
                .flatMap(setting -> Stream.of(setting.key(), setting.alias()).distinct())
                .distinct()
                .count();
        long expected = Stream.of(Setting.values())
                .mapToLong(setting -> setting.key().equals(setting.alias()) ? 1 : 2)
                .sum();

        assertEquals(expected, names);
    }

    @Test
    void shouldMakeSnapshotsByTheSizeOfTheDataWhereThatIsMore() throws ConfigException {
        NodeConfig usual = NodeConfig.builder().build();
        assertEquals(128 << 20, usual.snapshotDueBytes(0));
        assertEquals(128 << 20, usual.snapshotDueBytes(100 << 20));
        assertEquals(250_000_000, usual.snapshotDueBytes(1_000_000_000));
        assertEquals(32 << 20, of(Setting.BACKLOG_SIZE, "16mb").snapshotDueBytes(0));
        assertEquals(250_000_000, of(Setting.BACKLOG_SIZE, "16mb").snapshotDueBytes(1_000_000_000));
        assertEquals(128 << 20, of(Setting.SNAPSHOT_LOG_PERCENT, "0").snapshotDueBytes(1_000_000_000));
        assertEquals(256 << 20, of(Setting.BACKLOG_DISK_LIMIT, "1gb").snapshotDueBytes(100_000_000_000L));
    }

    private static NodeConfig of(Setting setting, String value) throws ConfigException {
        return NodeConfig.builder()
                .set(Setting.SEGMENT_SIZE, "8mb", "a test")
                .set(setting, value, "a test")
                .build();
    }
}
