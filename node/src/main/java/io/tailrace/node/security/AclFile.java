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

    /** @throws AclException with what is wrong, in which line */
    Map<String, Rights> read() throws AclException {
        List<String> lines;
        try {
            lines = Files.readAllLines(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AclException("Error loading ACLs, opening file '" + path + "': " + reason(e));
        }
        Map<String, Rights> users = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(users, line.split("\\s+"), path + ":" + (i + 1) + ": ");
            }
        }
        return users;
    }

    private void add(Map<String, Rights> users, String[] words, String place) throws AclException {
        if (words.length < 2 || !words[0].equals("user")) {
            throw new AclException(place + "should start with the keyword 'user' followed by the username");
        }
        RightsEditor editor = new RightsEditor(catalogue, Rights.none(catalogue));
        for (String rule : Arrays.asList(words).subList(2, words.length)) {
            try {
                editor.apply(rule);
            } catch (AclException e) {
                throw new AclException(place + "'" + Users.withoutPassword(rule) + "': " + e.getMessage());
            }
        }
        if (users.put(words[1], editor.rights()) != null) {
            throw new AclException(place + "'" + words[1]
                    + "': Duplicate user found. A user can only be defined once in config files");
        }
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
