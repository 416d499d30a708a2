package io.tailrace.node.config;

import io.tailrace.node.platform.FileFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/** Builds a {@link NodeConfig} from several sources; later ones take precedence. For one thread. */
public final class NodeConfigBuilder {

    private final Map<Setting, Object> values = new EnumMap<>(Setting.class);
    private boolean hasSecrets;
    private Path file;

    NodeConfigBuilder() {
        for (Setting setting : Setting.values()) {
            try {
                values.put(setting, setting.parse(setting.defaultText(), "default"));
            } catch (ConfigException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** With the values of a checked configuration, which has read its secrets. */
    NodeConfigBuilder(Map<Setting, Object> checked, Path file) {
        values.putAll(checked);
        hasSecrets = true;
        this.file = file;
    }

    /** Sets a value by its text, which may be any object that prints itself so: a number, a path, a {@link HostPort}. */
    public NodeConfigBuilder set(Setting setting, Object value) throws ConfigException {
        return set(setting, String.valueOf(value), "the program");
    }

    /** Sets a value; {@code origin} is where it came from, for the message of a wrong one: {@code --port}. */
    public NodeConfigBuilder set(Setting setting, String text, String origin) throws ConfigException {
        String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        values.put(setting, setting.parse(setting.isSecret() ? bytes : text, origin));
        return this;
    }

    /** Sets a value as a client gives it; the text of a secret has a character a byte. */
    NodeConfigBuilder setAsIs(Setting setting, String text, String origin) throws ConfigException {
        values.put(setting, setting.parseAsIs(text, origin));
        return this;
    }

    /** Takes each setting's {@code TAILRACE_} variable; others that begin like these are left alone. */
    public NodeConfigBuilder environment(Map<String, String> environment) throws ConfigException {
        for (Setting setting : Setting.values()) {
            String text = environment.get(setting.variable());
            if (text != null) {
                set(setting, text, setting.variable());
            }
        }
        return this;
    }

    /** Takes a properties file, all of whose keys must be settings. */
    public NodeConfigBuilder file(Path newFile) throws ConfigException {
        file = newFile;
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(
                    "config", file.toString(), "--config", "cannot be read: " + FileFailure.of(e, file));
        }
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            Setting setting = SettingNames.find(key)
                    .orElseThrow(() -> new ConfigException(
                            key, "unknown setting '" + key + "' in " + file + SettingNames.suggestion(key)));
            set(setting, properties.getProperty(key), file.toString());
        }
        return this;
    }

    /** Reads the secrets that are in files of their own, and checks the values against each other. */
    public NodeConfig build() throws ConfigException {
        if (!hasSecrets) {
            SecretFile.read(values, Setting.REQUIREPASS_FILE, Setting.REQUIREPASS);
            SecretFile.read(values, Setting.MASTERAUTH_FILE, Setting.MASTERAUTH);
            hasSecrets = true;
        }
        ShardCount shards = (ShardCount) values.get(Setting.SHARDS);
        Cores helpers = (Cores) values.get(Setting.HELPER_CORES);
        values.put(
                Setting.SHARDS,
                shards.of(
                        (Cores) values.get(Setting.CORES),
                        helpers,
                        Runtime.getRuntime().availableProcessors()));
        return new NodeConfig(values, file);
    }
}
