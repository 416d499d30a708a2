package io.tailrace.node.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys in PEM files, by the JDK. A key is PKCS#8 ({@code BEGIN PRIVATE KEY}), or PKCS#1 ({@code
 * BEGIN RSA PRIVATE KEY}), which is the same with less around it; not encrypted.
 */
final class Pem {
    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN ((?:[A-Z]+ )*)PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+?)-----END (?:[A-Z]+ )*PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    /** Of PKCS#8, what comes before the key of PKCS#1: version 0, and that it is one of RSA. */
    private static final byte[] RSA_BEGIN = {
        0x02,
        0x01,
        0x00,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    private static final byte SEQUENCE = 0x30;
    private static final byte OCTETS = 0x04;

    private Pem() {}

    /** All certificates in a file, the first of which is the one that a key belongs to. */
    static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        List<X509Certificate> certificates =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                        .stream()
                        .map(X509Certificate.class::cast)
                        .toList();
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("it has no certificate in PEM");
        }
        return certificates;
    }

    /** The first private key in a file. Messages never have a part of it. */
    static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        Matcher found = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new GeneralSecurityException("it has no private key in PEM, or an encrypted one");
        }
        String kind = found.group(1).trim();
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(found.group(2));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("its private key is not base64");
        }
        switch (kind) {
            case "":
                return pkcs8(bytes);
            case "RSA":
                return pkcs8(sequence(concatenated(RSA_BEGIN, element(OCTETS, bytes))));
            default:
                throw new GeneralSecurityException("its private key is " + kind
                        + "; 'openssl pkcs8 -topk8 -nocrypt' makes it one that can be read");
        }
    }

    private static PrivateKey pkcs8(byte[] bytes) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (GeneralSecurityException e) {
                // Then it is another's.
            }
        }
        throw new GeneralSecurityException("its private key is of none of " + String.join(", ", ALGORITHMS));
    }

    private static byte[] sequence(byte[] content) {
        return element(SEQUENCE, content);
    }

    /** In DER: what it is, how long it is, and it. */
    private static byte[] element(byte tag, byte[] content) {
        int length = content.length;
        byte[] head = length < 0x80
                ? new byte[] {tag, (byte) length}
                : length <= 0xff
                        ? new byte[] {tag, (byte) 0x81, (byte) length}
                        : new byte[] {tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return concatenated(head, content);
    }

    private static byte[] concatenated(byte[] one, byte[] other) {
        byte[] both = new byte[one.length + other.length];
        System.arraycopy(one, 0, both, 0, one.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
