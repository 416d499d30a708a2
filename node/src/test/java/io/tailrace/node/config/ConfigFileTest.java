package io.tailrace.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @TempDir
    private Path directory;

    @Test
    void shouldKeepWhatIsNoSettingAndReadBackAsTheSame() throws IOException, ConfigException {
        Path file = directory.resolve("node.properties");
        Files.writeString(
                file,
                """
                # the node of the shop
                segment-size = 1mb

                maxclients: 500
                aclfile = /etc/\\
                    users.acl
                replicaof = old:6379
                timeout 5
                timeout 6
                """);
        NodeConfig before = NodeConfig.builder().file(file).build();
        LiveSettings settings = new LiveSettings(before);
        settings.change(Map.of(
                Setting.MAX_CLIENTS,
                "600",
                Setting.REQUIREPASS,
                "\u00c3\u00a4 \\x\u0001 ",
                Setting.CLIENT_OUTPUT_SOFT_LIMIT,
                "1mb 5",
                Setting.LFU_DECAY_TIME,
                "3"));

        ConfigFile.rewrite(settings.current(), new HostPort("new", 6380));

        assertEquals(
                """
                # the node of the shop
                segment-size = 1048576

                max-clients = 600
                aclfile = /etc/users.acl
                replicaof = new:6380
                timeout = 6
                # Added by CONFIG REWRITE
                lfu-decay-time = 3
                client-output-soft-limit = 1048576 5
                requirepass = \\u00e4 \\\\x\\u0001\s
                """,
                Files.readString(file));
        NodeConfig again = NodeConfig.builder().file(file).build();
        for (Setting setting : Setting.values()) {
            if (setting != Setting.REPLICAOF) {
                assertEquals(settings.current().text(setting), again.text(setting), setting.key());
            }
        }
    }
}
