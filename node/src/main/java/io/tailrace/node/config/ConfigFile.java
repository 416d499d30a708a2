package io.tailrace.node.config;

import io.tailrace.node.platform.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * CONFIG REWRITE: the file that a node was configured by, with the values that apply. Lines with a setting are replaced where they
 * stand, others, comments among them, are kept, and what is not the default and not in the file is added at the end. The file is
 * replaced whole or not at all. What was given by the environment or the command line is written as well, as in Redis; it still wins
 * over the file at the next start. Passwords that are in files of their own stay there as long as they are not changed. Stateless.
 */
public final class ConfigFile {
    private static final String MARK = "# Added by CONFIG REWRITE";
    private static final int FIRST_PRINTABLE = ' ';
    private static final int LAST_PRINTABLE = '~';

    private ConfigFile() {}

    /**
     * @param primary that the node follows now, or null
     * @throws IOException when it can't be written; then it is as it was
     */
    public static void rewrite(NodeConfig config, HostPort primary) throws IOException {
        Path file = config.file().toAbsolutePath();
        List<String> lines = new ArrayList<>();
        Set<Setting> written = EnumSet.noneOf(Setting.class);
        List<String> old = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (int i = 0; i < old.size(); i++) {
            StringBuilder line = new StringBuilder(old.get(i));
            while (isContinued(line) && i + 1 < old.size()) {
                line.setLength(line.length() - 1);
                line.append(old.get(++i).stripLeading());
            }
            Optional<Setting> setting = SettingNames.find(key(line.toString()));
            if (setting.isEmpty()) {
                lines.add(line.toString());
            } else if (written.add(setting.get())
                    && !text(config, setting.get(), primary).isEmpty()) {
                lines.add(line(setting.get(), text(config, setting.get(), primary)));
            }
        }
        append(config, primary, written, lines);
        AtomicFile.replace(file, String.join("\n", lines) + "\n");
    }

    private static void append(NodeConfig config, HostPort primary, Set<Setting> written, List<String> lines)
            throws IOException {
        for (Setting setting : Setting.values()) {
            String text = text(config, setting, primary);
            if (!written.contains(setting) && !text.equals(config.defaultText(setting)) && !isInFile(config, setting)) {
                if (!lines.contains(MARK)) {
                    lines.add(MARK);
                }
                lines.add(line(setting, text));
            }
        }
    }

    private static String text(NodeConfig config, Setting setting, HostPort primary) throws IOException {
        if (setting.isSecret()) {
            byte[] bytes = config.text(setting).getBytes(StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
        if (setting == Setting.REPLICAOF) {
            return primary == null ? "" : primary.toString();
        }
        return config.isDerived(setting) ? "" : config.text(setting);
    }

    /** Whether a password is in a file of its own. */
    private static boolean isInFile(NodeConfig config, Setting setting) {
        return setting == Setting.REQUIREPASS
                        && !config.text(Setting.REQUIREPASS_FILE).isEmpty()
                || setting == Setting.MASTERAUTH
                        && !config.text(Setting.MASTERAUTH_FILE).isEmpty();
    }

    private static boolean isContinued(CharSequence line) {
        int slashes = 0;
        while (slashes < line.length() && line.charAt(line.length() - 1 - slashes) == '\\') {
            slashes++;
        }
        return slashes % 2 == 1 && !isComment(line.toString());
    }

    private static boolean isComment(String line) {
        String text = line.stripLeading();
        return text.startsWith("#") || text.startsWith("!");
    }

    /** What the line of a properties file sets, or nothing. */
    private static String key(String line) {
        return isComment(line) ? "" : line.strip().split("[=:\\s]", 2)[0];
    }

    private static String line(Setting setting, String text) {
        StringBuilder line = new StringBuilder(setting.key()).append(" = ");
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '\\' || letter == ' ' && line.charAt(line.length() - 1) == ' ' && i == 0) {
                line.append('\\').append(letter);
            } else if (letter < FIRST_PRINTABLE || letter > LAST_PRINTABLE && setting.isSecret()) {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
            } else {
                line.append(letter);
            }
        }
        return line.toString();
    }
}
