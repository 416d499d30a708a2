package io.tailrace.node.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A file of users in Redis's format: lines of {@code user <name> <rule> ..}. Its texts have a character a byte. */
final class AclFile {
    private final Path path;
    private final CommandCatalogue catalogue;

    AclFile(Path path, CommandCatalogue catalogue) {
        this.path = path;
        this.catalogue = catalogue;
    }

    /**
     * Reads the users.
     *
     * @param afterErrors ends a message about what is in the file
     * @throws AclException with all that is wrong, in which lines, in Redis's words
     */
    Map<String, Rights> read(String afterErrors, boolean hasChannels) throws AclException {
        List<String> lines;
        try {
            lines = Files.readAllLines(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AclException("Error loading ACLs, opening file '" + path + "': " + reason(e));
        }
        Map<String, Rights> users = new LinkedHashMap<>();
        List<String> errors = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            // each space ends a word, so that two of them have an empty one between them, as in Redis
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(users, line.split(" ", -1), i + 1, errors, hasChannels);
            }
        }
        if (!errors.isEmpty()) {
            throw new AclException(String.join(" ", errors) + afterErrors);
        }
        return users;
    }

    private void add(Map<String, Rights> users, String[] words, int line, List<String> errors, boolean hasChannels) {
        String place = path + ":" + line;
        if (words.length < 2 || !words[0].equals("user")) {
            errors.add(place + " should start with user keyword followed by the username.");
        } else if (words[1].chars().anyMatch(c -> c == 0 || Character.isWhitespace(c))) {
            errors.add("'" + place + ": username '" + words[1] + "' contains invalid characters.");
        } else if (users.containsKey(words[1])) {
            errors.add("WARNING: Duplicate user '" + words[1] + "' found on line " + line + ".");
        } else {
            users.put(words[1], rights(Arrays.asList(words).subList(2, words.length), place, errors, hasChannels));
        }
    }

    /** Names every command that there is not, and the first of other faults: those after it may come of it. */
    private Rights rights(List<String> words, String place, List<String> errors, boolean hasChannels) {
        RightsEditor editor = new RightsEditor(catalogue, Rights.none(catalogue, hasChannels), hasChannels);
        List<String> rules = List.of();
        try {
            rules = RuleWords.joined(words);
        } catch (AclException e) {
            errors.add(place + ": " + e.getMessage());
        }
        boolean hasFault = false;
        for (String rule : rules) {
            try {
                editor.apply(rule.strip());
            } catch (AclException e) {
                if (e.getMessage().equals(CommandRules.UNKNOWN)) {
                    errors.add(place + ": Error in applying operation '" + rule + "': " + e.getMessage() + ".");
                } else if (!hasFault) {
                    errors.add(place + ": " + e.getMessage() + ".");
                    hasFault = true;
                }
            }
        }
        return editor.rights();
    }

    /** Only the owner may read what is written, as it has hashes of passwords; an older file's permissions stay. */
    void write(List<String> lines) throws AclException {
        Path temporary = path.resolveSibling(path.getFileName() + ".new");
        try {
            Files.deleteIfExists(temporary);
            boolean isPosix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
            if (isPosix) {
                Files.createFile(
                        temporary,
                        PosixFilePermissions.asFileAttribute(
                                Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                                        ? Files.getPosixFilePermissions(path)
                                        : PosixFilePermissions.fromString("rw-------")));
            }
            Files.write(temporary, lines, StandardCharsets.ISO_8859_1);
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AclException("There was an error trying to save the ACLs: " + reason(e));
        }
    }

    /** As the C library words it, and so Redis. */
    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "Permission denied";
        }
        return e instanceof FileSystemException failure && failure.getReason() != null
                ? failure.getReason()
                : String.valueOf(e.getMessage());
    }
}
