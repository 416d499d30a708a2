package io.tailrace.node.security;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS for a program that talks to nodes as a client, with files in PEM. As redis-cli it looks at who signed a certificate, not for whom. */
public final class TlsSockets {
    private static final char[] NO_PASSWORD = {};

    private final SSLContext context;

    /**
     * @param authority who must have signed the node's certificate; null for one of those that the JDK trusts
     * @param certificate that it shows, or null
     * @param key of the certificate
     * @throws IOException when a file can't be read or used
     */
    public TlsSockets(Path authority, Path certificate, Path key) throws IOException {
        try {
            context = SSLContext.getInstance("TLS");
            context.init(keys(certificate, key), trust(authority), null);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS can't be set up: " + e.getMessage(), e);
        }
    }

    private static KeyStore store() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static KeyManager[] keys(Path certificate, Path key) throws GeneralSecurityException, IOException {
        if (certificate == null) {
            return new KeyManager[0];
        }
        KeyStore own = store();
        own.setKeyEntry(
                "own",
                Pem.privateKey(key),
                NO_PASSWORD,
                Pem.certificates(certificate).toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(own, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trust(Path authority) throws GeneralSecurityException, IOException {
        KeyStore trusted = null;
        if (authority != null) {
            trusted = store();
            int count = 0;
            for (X509Certificate each : Pem.certificates(authority)) {
                trusted.setCertificateEntry("authority-" + count++, each);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    /** A socket that is not connected yet. */
    public Socket open() throws IOException {
        return context.getSocketFactory().createSocket();
    }
}
