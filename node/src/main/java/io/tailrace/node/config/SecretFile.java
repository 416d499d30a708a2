package io.tailrace.node.config;

import io.tailrace.node.platform.FileFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A password in a file of its own, as its only line. Messages name the file and never what is in it. */
final class SecretFile {
    private SecretFile() {}

    /** Puts the secret into the values when a file is named for it. */
    static void read(Map<Setting, Object> values, Setting named, Setting secret) throws ConfigException {
        Optional<?> file = (Optional<?>) values.get(named);
        if (file.isPresent()) {
            if (!((String) values.get(secret)).isEmpty()) {
                throw failed(named, file.get(), "must not be set together with " + secret.key());
            }
            values.put(secret, secret.parse(line(named, (Path) file.get()), named.key()));
        }
    }

    /** With a character a byte. */
    private static String line(Setting named, Path file) throws ConfigException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1).replaceFirst("\r?\n$", "");
        } catch (IOException e) {
            throw failed(named, file, "cannot be read: " + FileFailure.of(e, file));
        }
        if (text.isEmpty() || text.indexOf('\n') >= 0) {
            throw failed(named, file, "must have one line, the password");
        }
        return text;
    }

    private static ConfigException failed(Setting named, Object file, String reason) {
        return new ConfigException(named.key(), file.toString(), "the settings together", reason);
    }
}
