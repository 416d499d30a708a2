package io.tailrace.node.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The settings of {@link NodeConfig} that are about TLS. Immutable; for the start, and for new certificates: each is a look-up. */
public final class TlsConfig {
    private final Map<Setting, Object> values;

    TlsConfig(Map<Setting, Object> values) {
        this.values = values;
    }

    /** Or null. */
    public Path cert() {
        return path(Setting.TLS_CERT);
    }

    /** Or null. */
    public Path key() {
        return path(Setting.TLS_KEY);
    }

    /** Or null. */
    public Path ca() {
        return path(Setting.TLS_CA);
    }

    private Path path(Setting setting) {
        return (Path) ((Optional<?>) values.get(setting)).orElse(null);
    }

    public TlsClients authClients() {
        return (TlsClients) values.get(Setting.TLS_AUTH_CLIENTS);
    }

    /** Words, empty for what is best. */
    public String protocols() {
        return (String) values.get(Setting.TLS_PROTOCOLS);
    }

    /** Of TLSv1.2, by OpenSSL's names; empty for what is best. */
    public String ciphers() {
        return (String) values.get(Setting.TLS_CIPHERS);
    }

    /** Of TLSv1.3; empty for what is best. */
    public String cipherSuites() {
        return (String) values.get(Setting.TLS_CIPHERSUITES);
    }

    public boolean prefersServerCiphers() {
        return (boolean) values.get(Setting.TLS_PREFER_SERVER_CIPHERS);
    }

    /** Whether nodes speak it with each other. */
    public boolean isReplication() {
        return (boolean) values.get(Setting.TLS_REPLICATION);
    }
}
