package io.tailrace.node.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Private keys in the forms in which programs write them. Certificates are the JDK's to read. */
class PemTest {
    /** Bytes of PKCS#8 around a key of PKCS#1 that has more than 255 bytes. */
    private static final int AROUND_RSA = 26;

    @TempDir
    private Path dir;

    private Path write(String kind, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(bytes);
        return Files.writeString(
                dir.resolve("key.pem"),
                "Bag Attributes\n-----BEGIN " + kind + "-----\r\n" + text + "\r\n-----END " + kind + "-----\r\nmore\n");
    }

    private static PrivateKey generate(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (bits > 0) {
            generator.initialize(bits);
        }
        return generator.generateKeyPair().getPrivate();
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "EC, 256", "EC, 384", "Ed25519, 0"})
    void shouldReadPkcs8(String algorithm, int bits) throws Exception {
        PrivateKey key = generate(algorithm, bits);

        assertArrayEquals(
                key.getEncoded(),
                Pem.privateKey(write("PRIVATE KEY", key.getEncoded())).getEncoded());
    }

    @ParameterizedTest
    @CsvSource({"2048"})
    void shouldReadPkcs1(int bits) throws Exception {
        PrivateKey key = generate("RSA", bits);
        byte[] inner = Arrays.copyOfRange(key.getEncoded(), AROUND_RSA, key.getEncoded().length);

        assertArrayEquals(
                key.getEncoded(),
                Pem.privateKey(write("RSA PRIVATE KEY", inner)).getEncoded());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ENCRYPTED PRIVATE KEY|its private key is ENCRYPTED; 'openssl pkcs8 -topk8 -nocrypt' makes it one that can be"
                        + " read",
                "EC PRIVATE KEY|its private key is EC; 'openssl pkcs8 -topk8 -nocrypt' makes it one that can be read",
                "PRIVATE KEY|its private key is of none of RSA, EC, EdDSA, RSASSA-PSS",
                "CERTIFICATE|it has no private key in PEM, or an encrypted one",
            })
    void shouldSayWhatItCanNotRead(String kind, String message) throws IOException {
        Path file = write(kind, new byte[100]);

        assertEquals(
                message,
                assertThrows(GeneralSecurityException.class, () -> Pem.privateKey(file))
                        .getMessage());
    }

    @Test
    void shouldSayThatThereIsNoCertificate() throws IOException {
        Path file = Files.writeString(dir.resolve("empty.pem"), "\n");

        assertThrows(GeneralSecurityException.class, () -> Pem.certificates(file));
    }
}
