package io.tailrace.node.directory;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.platform.DamagedFileException;
import io.tailrace.wire.record.HexText;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The file {@code node.properties} of a data directory: what the node is. A line a value, {@code key=value}, and a checksum
 * ({@link AtomicFile}). Not thread-safe.
 *
 * <pre>
 *  node-id          40 hex digits that no other node has
 *  shards           how many the data is divided into
 *  change           rises with each change of this file; each shard's {@link ShardOwner} has one that is not larger
 *  has-shards       yes once every shard has files: from then on a shard without any was lost
 *  replicaof-flag   the --replicaof of the last start, empty for none
 *  replicaof        whom the node follows, empty for none
 *  promotion        the history that every shard must have begun as this node became a primary
 *  forced           the shards that may give up their data for that primary
 *  forced-history   the history that they may give it up for, once the primary was reached
 *  forced-to-shard-N  the log that shard N may give it up for
 *  handover         the history that the followed node may be beginning
 * </pre>
 */
final class NodeFile {
    static final String SHARDS = "shards";
    static final String NODE_ID = "node-id";
    static final String FLAG = "replicaof-flag";
    static final String PRIMARY = "replicaof";
    static final String PROMOTION = "promotion";
    static final String FORCED = "forced";
    static final String FORCED_HISTORY = "forced-history";
    static final String FORCED_TO = "forced-to-shard-";
    static final String HANDOVER = "handover";

    private static final String CHANGE = "change";
    private static final String HAS_SHARDS = "has-shards";
    private static final String NAME = "node.properties";
    private static final int MAX_SHARDS = 64;

    private final Path path;
    private final Properties values;
    /** What the disk has: of {@link #values}, and as text. */
    private final Properties durable = new Properties();

    private String written;

    private NodeFile(Path path, Properties values) {
        this.path = path;
        this.values = values;
        written = text();
    }

    static Path in(Path directory) {
        return directory.resolve(NAME);
    }

    /** For a new node; nothing is written yet. */
    static NodeFile create(Path directory, String nodeId, int shards) {
        NodeFile file = new NodeFile(in(directory), new Properties());
        file.set(NODE_ID, nodeId);
        file.set(SHARDS, Integer.toString(shards));
        file.set(CHANGE, "0");
        return file;
    }

    /**
     * The file of a directory, or null when there is none.
     *
     * @throws DamagedFileException when it is not whole
     */
    static NodeFile read(Path directory) throws IOException {
        Path path = in(directory);
        if (!Files.exists(path)) {
            return null;
        }
        NodeFile file = new NodeFile(path, new Properties());
        try {
            file.values.load(new StringReader(AtomicFile.read(path)));
            file.check();
        } catch (IllegalArgumentException e) {
            throw new DamagedFileException(path, e.getMessage());
        }
        file.isWritten();
        return file;
    }

    private void check() {
        require(HexText.isHistory(get(NODE_ID)), NODE_ID);
        require(get(SHARDS).matches("[0-9]{1,3}") && shards() >= 1 && shards() <= MAX_SHARDS, SHARDS);
        require(get(CHANGE).matches("[0-9]{1,18}"), CHANGE);
        try {
            primary();
        } catch (IllegalArgumentException e) {
            require(false, PRIMARY);
        }
    }

    private void require(boolean holds, String key) {
        if (!holds) {
            throw new IllegalArgumentException("its " + key + " is '" + get(key) + "'");
        }
    }

    Path path() {
        return path;
    }

    /** Empty when it is not set. */
    String get(String key) {
        return values.getProperty(key, "");
    }

    void set(String key, String value) {
        values.setProperty(key, value);
    }

    void remove(String key) {
        values.remove(key);
    }

    /** Removes every value whose name begins so. */
    void removeAll(String prefix) {
        values.stringPropertyNames().stream()
                .filter(key -> key.startsWith(prefix))
                .forEach(values::remove);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String nodeId() {
        return get(NODE_ID);
    }

    int shards() {
        return Integer.parseInt(get(SHARDS));
    }

    /** How often it was changed. */
    long change() {
        return Long.parseLong(get(CHANGE));
    }

    /** Makes the next change one that comes after another. */
    void changedAfter(long change) {
        set(CHANGE, Long.toString(change));
    }

    boolean hasShards() {
        return get(HAS_SHARDS).equals("yes");
    }

    void setHasShards() {
        set(HAS_SHARDS, "yes");
    }

    /** Whom the node follows, null for none. */
    HostPort primary() {
        return get(PRIMARY).isEmpty() ? null : HostPort.parse(get(PRIMARY));
    }

    /**
     * Writes it when anything was changed; durable when the call returns. Returns whether it was.
     *
     * @throws IOException when the disk does not take it; then nothing is changed here either
     */
    boolean write() throws IOException {
        if (text().equals(written)) {
            return false;
        }
        set(CHANGE, Long.toString(change() + 1));
        try {
            AtomicFile.write(path, text());
        } catch (IOException e) {
            values.clear();
            values.putAll(durable);
            throw e;
        }
        isWritten();
        return true;
    }

    private void isWritten() {
        durable.clear();
        durable.putAll(values);
        written = text();
    }

    private String text() {
        StringBuilder text = new StringBuilder("# Written by the node. 'tailrace repair' can change it.\n");
        values.stringPropertyNames().stream().sorted().forEach(key -> text.append(key)
                .append('=')
                .append(get(key).replace("\\", "\\\\").replace(":", "\\:"))
                .append('\n'));
        return text.toString();
    }
}
