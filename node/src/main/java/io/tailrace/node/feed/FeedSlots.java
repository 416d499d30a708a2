package io.tailrace.node.feed;

import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The slots of one shard: places of readers that its log is kept for, a file each. Made, looked at and dropped beside a running node,
 * which notices within a second. Stateless.
 */
public final class FeedSlots {
    /** Far more than anybody reads with; each is looked at every second. */
    static final int MAX = 64;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}");
    private static final String UNFINISHED = ".new";

    private FeedSlots() {}

    static Path file(Path root, String name) {
        if (!isName(name)) {
            throw new FeedException(
                    "'" + name + "' is not a slot name: 1 to 64 of the characters a-z A-Z 0-9 _ - and . inside");
        }
        return ShardDirectory.feeds(root).resolve(name);
    }

    /** Whether a slot may have this name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches() && !name.endsWith(UNFINISHED);
    }

    /**
     * Makes a slot; the log is kept from the position on.
     *
     * @param position the last record that is not wanted, or null for all that there is
     * @param epochMs now
     * @throws FeedException when there is one of that name, or there are too many
     */
    public static void register(Path shardRoot, String name, FeedPosition position, long epochMs) throws IOException {
        Path file = file(shardRoot, name);
        if (Files.exists(file)) {
            throw new FeedException("there is a slot " + name + " already: 'tailrace feed drop' removes it");
        }
        if (list(shardRoot).size() >= MAX) {
            throw new FeedException("there are " + MAX + " slots already, which is the limit");
        }
        Files.createDirectories(file.getParent());
        byte[] bytes = new byte[SlotLayout.LENGTH];
        SlotLayout.encode(new SlotState(name, 2, position, epochMs, epochMs)).get(0, bytes, 0, SlotLayout.CELL);
        Path unfinished = file.resolveSibling(name + UNFINISHED);
        Files.write(unfinished, bytes);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** All slots that can be read, by name. */
    public static List<SlotState> list(Path shardRoot) throws IOException {
        List<SlotState> slots = new ArrayList<>();
        Path directory = ShardDirectory.feeds(shardRoot);
        if (!Files.isDirectory(directory)) {
            return slots;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, FeedSlots::isSlot)) {
            for (Path file : files) {
                read(file, slots);
            }
        }
        slots.sort(Comparator.comparing(SlotState::name));
        return slots;
    }

    private static boolean isSlot(Path file) {
        return isName(file.getFileName().toString());
    }

    private static void read(Path file, List<SlotState> into) throws IOException {
        try {
            SlotState state = SlotLayout.decode(file.getFileName().toString(), Files.readAllBytes(file));
            if (state != null && into.size() < MAX) {
                into.add(state);
            }
        } catch (NoSuchFileException e) {
            // dropped since the directory was listed
        }
    }

    /** Removes a slot; false when there is none of that name. */
    public static boolean drop(Path shardRoot, String name) throws IOException {
        return Files.deleteIfExists(file(shardRoot, name));
    }
}
