package io.tailrace.tools.system;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates made by the JDK's keytool for one test: an authority, a node that it signed, and a stranger who signed itself. */
final class Certificates {
    private static final String PASSWORD = "of no importance";
    private static final int LIMIT_SECONDS = 60;

    private final Path directory;
    private final Path store;
    private final KeyStore keys;

    /** The node's names no host: its own clients ask for none. */
    Certificates(Path directory) throws IOException, GeneralSecurityException {
        this(directory, null);
    }

    /** @param host that the node's certificate names, as keytool has it, or null for none */
    Certificates(Path directory, String host) throws IOException, GeneralSecurityException {
        this.directory = Files.createDirectories(directory);
        store = directory.resolve("keys.p12");
        generate("authority", "-ext", "bc:c");
        List<String> signed = new ArrayList<>(List.of("-signer", "authority"));
        if (host != null) {
            signed.addAll(List.of("-ext", "san=" + host));
        }
        generate("node", signed.toArray(String[]::new));
        generate("stranger");
        keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        for (String name : List.of("authority", "node", "stranger")) {
            write(certificate(name), "CERTIFICATE", keys.getCertificateChain(name)[0].getEncoded());
            byte[] key = keys.getKey(name, PASSWORD.toCharArray()).getEncoded();
            write(key(name), "PRIVATE KEY", key);
        }
    }

    private void generate(String name, String... more) throws IOException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(keytool.toString(), "-J-XX:TieredStopAtLevel=1", "-genkeypair"));
        command.addAll(List.of("-alias", name, "-dname", "CN=" + name, "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-validity", "2", "-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.txt").toFile())
                .start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("keytool says: " + Files.readString(directory.resolve("keytool.txt")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void write(Path file, String what, byte[] bytes) throws IOException {
        Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        String text = encoder.encodeToString(bytes);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    Path key(String name) {
        return directory.resolve(name + "-key.pem");
    }

    /** What a client that trusts the authority speaks, with somebody's certificate or with none. */
    SSLContext context(String name) throws GeneralSecurityException, IOException {
        KeyStore trusted = empty();
        trusted.setCertificateEntry("authority", keys.getCertificate("authority"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = empty();
        if (name != null) {
            Certificate[] chain = keys.getCertificateChain(name);
            own.setKeyEntry(name, keys.getKey(name, PASSWORD.toCharArray()), PASSWORD.toCharArray(), chain);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(own, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
