package io.tailrace.node.security;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Which versions and ciphers are spoken, and whose order of ciphers decides. Ciphers of TLSv1.2 are named as in OpenSSL,
 * {@code ECDHE-RSA-AES128-GCM-SHA256}, or as they are registered, {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}. Immutable.
 *
 * @param protocols null for those that are best
 * @param ciphers null for those that are best
 */
record TlsParameters(String[] protocols, String[] ciphers, boolean prefersServer) {
    private static final String DEFAULT = "DEFAULT";

    /** @throws AclException for a name that is none */
    static TlsParameters of(NodeConfig config, SSLContext context) throws AclException {
        return new TlsParameters(
                protocols(config.tls().protocols(), context),
                ciphers(config, context),
                config.tls().prefersServerCiphers());
    }

    private static String[] protocols(String text, SSLContext context) throws AclException {
        if (text.isBlank()) {
            return null;
        }
        Set<String> named = new LinkedHashSet<>();
        List<String> supported = Arrays.asList(context.getDefaultSSLParameters().getProtocols());
        for (String word : text.trim().split("\\s+")) {
            String found = supported.stream()
                    .filter(word::equalsIgnoreCase)
                    .findFirst()
                    .orElseThrow(() -> wrong(Setting.TLS_PROTOCOLS, word, supported));
            named.add(found);
        }
        return named.toArray(String[]::new);
    }

    private static String[] ciphers(NodeConfig config, SSLContext context) throws AclException {
        if (config.tls().ciphers().isBlank() && config.tls().cipherSuites().isBlank()) {
            return null;
        }
        List<String> usual = Arrays.asList(context.getDefaultSSLParameters().getCipherSuites());
        List<String> all = Arrays.asList(context.getSupportedSSLParameters().getCipherSuites());
        Set<String> chosen = new LinkedHashSet<>();
        chosen.addAll(
                chosen(Setting.TLS_CIPHERSUITES, config.tls().cipherSuites(), newer(usual, true), newer(all, true)));
        chosen.addAll(chosen(Setting.TLS_CIPHERS, config.tls().ciphers(), newer(usual, false), newer(all, false)));
        return chosen.toArray(String[]::new);
    }

    /** Those of TLSv1.3 don't name how keys are exchanged. */
    private static List<String> newer(List<String> suites, boolean isNewer) {
        return suites.stream()
                .filter(suite ->
                        suite.contains("_WITH_") != isNewer && !suite.equals("TLS_EMPTY_RENEGOTIATION_INFO_SCSV"))
                .toList();
    }

    private static List<String> chosen(Setting setting, String text, List<String> usual, List<String> all)
            throws AclException {
        if (text.isBlank()) {
            return usual;
        }
        List<String> chosen = new ArrayList<>();
        for (String word : text.trim().split("[: ,]+")) {
            boolean isWithout = word.startsWith("-") || word.startsWith("!");
            String name = isWithout ? word.substring(1) : word;
            if (name.equals(DEFAULT) && !isWithout) {
                chosen.addAll(usual);
                continue;
            }
            String suite = all.stream()
                    .filter(each ->
                            each.equalsIgnoreCase(name) || openSslName(each).equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> wrong(setting, name, all));
            chosen.remove(suite);
            if (!isWithout) {
                chosen.add(suite);
            }
        }
        return chosen;
    }

    private static AclException wrong(Setting setting, String word, List<String> all) {
        return new AclException(setting.key() + ": '" + word + "' is none of " + String.join(", ", all));
    }

    static String openSslName(String suite) {
        String[] parts = suite.substring(suite.indexOf('_') + 1).split("_WITH_");
        String exchange = parts[0].equals("RSA") ? "" : parts[0].replace('_', '-') + "-";
        String cipher = parts[parts.length - 1]
                .replace("AES_128", "AES128")
                .replace("AES_256", "AES256")
                .replace("_CBC", "")
                .replace("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305");
        return exchange + cipher.replace('_', '-');
    }

    void set(SSLEngine engine, boolean isServer) {
        engine.setSSLParameters(of(engine.getSSLParameters(), isServer));
    }

    SSLParameters of(SSLParameters before, boolean isServer) {
        if (protocols != null) {
            before.setProtocols(protocols);
        }
        if (ciphers != null) {
            before.setCipherSuites(ciphers);
        }
        if (isServer) {
            before.setUseCipherSuitesOrder(prefersServer);
        }
        return before;
    }
}
