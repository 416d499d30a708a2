package io.tailrace.node.role;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.directory.DataDirectory;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.replication.ForceOrder;
import io.tailrace.node.replication.PrimaryLocator;
import io.tailrace.node.services.ClientPause;
import io.tailrace.node.services.PendingPromotion;
import io.tailrace.snapshot.fault.FaultPoint;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node is: a primary, or whose replica; in memory, on the disk, and on the shards, which take each change when
 * they come to it. Any thread; changes are made one after the other.
 *
 * <p>A replica takes nothing from its primary before the disk says that it is one. Otherwise a start would make it a primary
 * which continues with the other's history, and the same index would be two records.
 */
public final class NodeRole {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRole.class);

    private final HostPort flag;
    private final Supplier<String> newId;
    private final ShardTasks shards;
    private final ClientPause pause;
    private final Background background;
    private DataDirectory directory;
    private PendingPromotion pending;
    /** The history of the promotion by which this node is a primary, or was one. */
    private String promotedTo;
    /** For the next one, made beforehand as that takes time; null where it is just being made. */
    private String nextHistory;

    private NodeForce force;
    private Runnable onOrder = () -> {};
    private volatile HostPort primary;
    /** Why the disk does not say what the node is, or null. */
    private volatile String problem;

    /**
     * @param flag what the node was started with, null for none
     * @param pause lets writes wait while the shards are being promoted
     */
    public NodeRole(
            HostPort flag, Supplier<String> newId, ShardTasks shards, ClientPause pause, Background background) {
        this.flag = flag;
        this.newId = newId;
        this.shards = shards;
        this.pause = pause;
        this.background = background;
        nextHistory = newId.get();
    }

    /** Begins with what the directory remembers, or with the flag if that is new. */
    public void begin(DataDirectory opened) {
        directory = opened;
        primary = opened.primary(flag);
        force = NodeForce.remembered(this, opened, primary);
        if (primary == null ? flag != null : !primary.equals(flag)) {
            LOG.info(
                    "the last REPLICAOF continues: {}",
                    primary == null ? "this node is a primary" : "following " + primary);
        }
    }

    /** The shards have begun so. */
    public void begun() throws IOException {
        if (handoverInDoubt() == null) {
            directory.rememberAgain(flag, primary);
        }
        directory.shardsMade();
    }

    /** Whom to tell, on any thread, that an operator has set the role of this node. */
    public void onOrder(Runnable listener) {
        onOrder = listener;
    }

    /** The primary this node follows, or null when it is one. */
    public HostPort primary() {
        return primary;
    }

    /** Follows a primary from now on, or none: REPLICAOF. Writes the role to the disk first. Any thread. */
    public synchronized void replicaOf(HostPort newPrimary, boolean isForced) {
        endPending();
        primary = newPrimary;
        force = isForced ? NodeForce.begin(this, directory, newPrimary) : null;
        remember();
        follow(newPrimary);
        onOrder.run();
    }

    /** Takes a FORCE back that has not come through on every shard; false when there is none. */
    public synchronized boolean revokeForce() {
        if (force == null) {
            return false;
        }
        replicaOf(primary, false);
        return true;
    }

    /** A locator that answers why not as long as the disk does not say that this node is a replica. */
    public PrimaryLocator noting(PrimaryLocator locator) {
        return (asked, security, answer) -> {
            String why = problem == null ? null : rememberAgain();
            if (why == null) {
                locator.query(asked, security, answer);
            } else {
                answer.accept(new PrimaryLocator.Location(
                        null, 0, null, "this node can't write down that it is a replica: " + why, false));
            }
        };
    }

    private synchronized String rememberAgain() {
        if (problem != null && primary != null) {
            remember();
        }
        return problem;
    }

    /** The FORCE under which a shard follows the primary now, or null. */
    public synchronized ForceOrder force(int shard) {
        return force == null ? null : force.order(shard);
    }

    /** Whether a FORCE was not revoked, or overruled, meanwhile. */
    boolean isValid(NodeForce order) {
        return force == order;
    }

    /** Every shard follows under it. */
    void carriedOut(NodeForce order) {
        force = force == order ? null : force;
    }

    /** A forced one until each shard follows, so that a kill before that does not leave a node that is refused again. */
    private void remember() {
        try {
            if (force != null) {
                directory.rememberForced(flag, primary);
            } else {
                directory.remember(flag, primary);
            }
            problem = null;
        } catch (IOException e) {
            if (problem == null) {
                LOG.error("can't remember the node's role: {}", FileFailure.of(e));
            }
            problem = FileFailure.of(e);
        }
    }

    private void follow(HostPort newPrimary) {
        NodeForce order = force;
        shards.onEach(shard -> {
            if (primary == newPrimary) {
                int id = shard.reactor().shard().id();
                shard.replication().follow(newPrimary, order == null ? null : order.order(id));
            }
        });
    }

    /**
     * Notes that the node is a primary, if it is none; gives the history that begins, or began, by that.
     *
     * @throws IOException when the disk does not take the note. Then the node is what it was: as a primary it would acknowledge writes
     *     that it would give up after a restart, as a replica once more
     */
    private synchronized String becomePrimary() throws IOException {
        if (primary != null || promotedTo == null) {
            makeHistory();
            directory.rememberPromotion(flag, nextHistory);
            FaultPoint.PROMOTION_NOTED.hit();
            isPrimary();
        }
        return promotedTo;
    }

    private void isPrimary() {
        endPending();
        onOrder.run();
        primary = null;
        force = null;
        problem = null;
        promotedTo = nextHistory;
        nextHistory = null;
        background.run("next-history", this::makeHistory);
    }

    private synchronized void makeHistory() {
        if (nextHistory == null) {
            nextHistory = newId.get();
        }
    }

    /**
     * Makes the node a primary, in the background; nothing where it is one.
     *
     * @param answer hears on the first shard's thread: null once every shard accepts writes, or why the node stays a replica
     */
    public void promote(Consumer<String> answer) {
        background.run("promotion", () -> {
            try {
                promote(becomePrimary(), answer);
            } catch (IOException e) {
                String why = "it can't write down that it is a primary: " + FileFailure.of(e);
                shards.onFirst(() -> answer.accept(why));
            }
        });
    }

    /**
     * The same, but returns as soon as it is written down; shards that do not accept writes yet let them wait.
     *
     * @throws IOException when that can't be; the node stays a replica
     */
    public void promoteNow() throws IOException {
        promote(becomePrimary(), problem -> {});
    }

    /**
     * Is the primary again that it was before a handover. Where the disk does not take the note, a start finds the handover in doubt and
     * asks that node.
     */
    public synchronized void promoteAgain() {
        try {
            promoteNow();
        } catch (IOException e) {
            LOG.error("can't remember the node's role: {}", FileFailure.of(e));
            makeHistory();
            isPrimary();
            promote(promotedTo, problem -> {});
        }
    }

    private void promote(String history, Consumer<String> answer) {
        pause.beginRoleChange();
        shards.<String>gatherLater(
                (shard, promoted) -> {
                    if (primary == null) {
                        shard.replication().promote(history, promoted);
                    } else {
                        promoted.accept(null);
                    }
                },
                problems -> {
                    pause.endRoleChange();
                    answer.accept(null);
                });
    }

    /** The history of a handover of this node whose outcome is not known since the node last ran, or null. */
    public synchronized String handoverInDoubt() {
        return directory.handover(primary);
    }

    /** Notes on the disk that a node may be taking over; nothing changes. */
    public synchronized void rememberHandover(HostPort target, String history) throws IOException {
        directory.rememberHandover(flag, target, history);
    }

    /** Rolls back what {@link #rememberHandover} noted, if it still says so. */
    public synchronized void settle() {
        force = null;
        remember();
    }

    /** Is no primary any more, in memory only. */
    public synchronized void stepDown(HostPort target) {
        primary = target;
    }

    /** Undoes {@link #stepDown}. */
    public synchronized void stepUp() {
        primary = null;
    }

    /** Lets the shards follow the one that was stepped down for. */
    public synchronized void followTarget() {
        follow(primary);
    }

    /** Begins to get ready to take over; false on a primary or when it does so already. */
    public synchronized boolean offer(PendingPromotion offer) {
        if (primary == null || pending != null && pending.isPending()) {
            return false;
        }
        pending = offer;
        return true;
    }

    /** Becomes the primary, on the disk and then to everybody, if the promotion is still pending; null or why not. */
    public synchronized String confirm(PendingPromotion offer) {
        if (pending != offer || !offer.isPending()) {
            return "it is over";
        }
        try {
            directory.rememberPromotion(flag, offer.history());
        } catch (IOException e) {
            return "can't remember the node's role: " + FileFailure.of(e);
        }
        primary = null;
        promotedTo = offer.history();
        offer.confirm();
        return null;
    }

    /** Follows the primary again, if the promotion is still pending. */
    public synchronized void revert(PendingPromotion offer) {
        if (offer.end()) {
            follow(primary);
        }
    }

    private void endPending() {
        if (pending != null) {
            pending.end();
            pending = null;
        }
    }
}
