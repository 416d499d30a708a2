package io.tailrace.node.directory;

import io.tailrace.node.platform.DamagedFileException;
import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * Whether the files that say what a node is are whole, of one node and of one moment. Looking changes nothing; stateless once
 * it has looked.
 *
 * <pre>
 *  node.properties                 shards          what it is
 *  missing                         none            a new node
 *  missing, or not whole           any             refused: nothing tells a replica's data from a primary's
 *  whole                           a shard lost    refused, once every shard had files
 *  whole                           one too many    refused: its keys would be left out
 *  of another node than a shard    there           refused, by the shard's owner file
 *  older than a shard's owner      there           refused: the role may have changed since
 *  whole                           half restored   refused: a restore in place ended early, by the file that it removes at its end
 * </pre>
 */
final class DirectoryCheck {
    private static final String RESTORING = "restore-unfinished";

    private final Path directory;
    private final List<Integer> shards;
    private final TreeMap<Integer, ShardOwner> owners = new TreeMap<>();
    private NodeFile file;
    private String problem;
    private String remedy;
    private boolean isAboutRole = true;

    private DirectoryCheck(Path directory) throws IOException {
        this.directory = directory;
        remedy =
                "a replica that starts as a primary would write records that no other node has. Bring the right file back,"
                        + " or set the node's role: 'tailrace repair " + directory
                        + " --role primary --yes', or '--role replica --primary HOST:PORT --yes'";
        shards = OfflineDirectory.shards(directory);
        for (int shard : shards) {
            readOwner(shard);
        }
        try {
            file = NodeFile.read(directory);
            problem = file == null ? problemWithoutFile() : problemOfShards();
            problem = file == null || problem != null ? problem : problemOfOwners();
            problem = problem == null ? problemOfRestore() : problem;
        } catch (DamagedFileException e) {
            problem = e.getMessage();
        }
    }

    static DirectoryCheck of(Path directory) throws IOException {
        return new DirectoryCheck(directory);
    }

    /** One that is missing or damaged confirms nothing, and is rewritten. */
    private void readOwner(int shard) throws IOException {
        try {
            ShardOwner owner = ShardOwner.read(directory, shard);
            if (owner != null) {
                owners.put(shard, owner);
            }
        } catch (DamagedFileException e) {
            owners.remove(shard);
        }
    }

    private String problemWithoutFile() {
        return shards.isEmpty() ? null : NodeFile.in(directory) + " is missing, and there is data of shards " + shards;
    }

    private String problemOfShards() throws IOException {
        for (int shard : shards) {
            if (shard >= file.shards()) {
                isAboutRole = false;
                remedy = "its keys would be missing. Move away what does not belong there";
                return file.path() + " counts " + file.shards() + " shards, and there is data of shards " + shards;
            }
        }
        for (int shard = 0; file.hasShards() && shard < file.shards(); shard++) {
            Path root = ShardDirectory.root(directory, shard);
            if (!Files.exists(root) || ShardDirectory.isBlank(root)) {
                isAboutRole = false;
                remedy = "its keys are lost. Bring the shard back from a copy, or move " + directory
                        + " away and sync from another node";
                return root + " is missing or holds no generation, and " + file.path() + " counts " + file.shards()
                        + " shards with data";
            }
        }
        return null;
    }

    private String problemOfOwners() {
        for (ShardOwner owner : owners.values()) {
            Path path = ShardOwner.in(directory, owner.shard());
            if (!owner.nodeId().equals(file.nodeId())) {
                return file.path() + " is of node " + file.nodeId() + ", and by " + path + " the data is of node "
                        + owner.nodeId();
            }
            if (owner.shards() != file.shards()) {
                return file.path() + " counts " + file.shards() + " shards, and by " + path + " the data is of one of "
                        + owner.shards();
            }
            if (owner.change() > file.change()) {
                return file.path() + " is of an older moment (change " + file.change() + ") than the data (change "
                        + owner.change() + " in " + path + "), and the node's role may have changed since";
            }
        }
        for (int shard : owners.keySet()) {
            if (owners.get(shard).shard() != shard) {
                return ShardOwner.in(directory, shard) + " says that this is the data of shard "
                        + owners.get(shard).shard();
            }
        }
        return null;
    }

    /** Where a restore in place says that it has begun. */
    static Path restoring(Path directory) {
        return directory.resolve(RESTORING);
    }

    private String problemOfRestore() {
        if (!Files.exists(restoring(directory))) {
            return null;
        }
        remedy =
                "Run the same 'tailrace restore' again, which goes on where it ended; or delete that file, and each shard is"
                        + " as it is";
        return "a restore of " + directory + " ended early, as " + restoring(directory)
                + " says: some of its shards may be restored, and others not";
    }

    /** What the file says, or null when it is missing or not whole. */
    NodeFile file() {
        return file;
    }

    /** The shards that have a directory, ascending. */
    List<Integer> shards() {
        return shards;
    }

    /** Of each shard that has a whole one. */
    TreeMap<Integer, ShardOwner> owners() {
        return owners;
    }

    /** What is wrong, naming the file, or null. */
    String problem() {
        return problem;
    }

    /** Whether saying what the node is makes it good. */
    boolean isAboutRole() {
        return isAboutRole;
    }

    /** The problem and what to do about it: the line with which a start is refused. */
    String refusal() {
        return problem + ": " + remedy;
    }
}
