package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.services.AckServices;
import io.tailrace.node.services.HeldReply;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.shard.MemoryLimit;
import io.tailrace.node.shard.Shard;

/**
 * Which commands may run on a shard now, and what happens to the reply of one that has written: it is sent, or held until
 * {@code ack-replicas} have the write. Owned by the shard's reactor thread. Where replies are not held, a write pays one
 * look at the configuration.
 */
final class WriteGate {
    static final String READ_ONLY = "READONLY You can't write against a read only replica.";
    private static final int MAX_HELD = 1 << 18;
    private static final String TOO_MANY_HELD =
            "NOREPLICAS " + MAX_HELD + " writes wait for replicas already (ack-replicas); this one was not executed";
    private static final String TOO_FEW_REPLICAS = "NOREPLICAS Not enough good replicas to write.";

    /** The reply to a write of another reactor's client. */
    private record RemoteHold(ShardLinks links, int home, ReplySlot slot) implements HeldReply {
        @Override
        public void release() {
            links.to(home, side -> slot.release());
        }

        @Override
        public void fail(String error) {
            links.to(home, side -> slot.fail(error));
        }
    }

    private final Shard shard;
    private final ReactorServices services;
    private final NodeServices node;
    private final ShardLinks links;
    private NodeConfig limited;

    WriteGate(Shard shard, ReactorServices services, NodeServices node, ShardLinks links) {
        this.shard = shard;
        this.services = services;
        this.node = node;
        this.links = links;
        shard.transactions().writableWhen(() -> writeRefusal() == null);
    }

    private ReplicationServices replication() {
        return services.replication();
    }

    private AckServices acks() {
        return replication().acks();
    }

    /** Why a command can't be run now, as an error without the dash, or null. */
    String refusal(CommandSpec spec) {
        String refusal = spec.isWrite() ? writeRefusal() : null;
        return refusal == null ? replication().readRefusal() : refusal;
    }

    /**
     * Why clients may not write here now, as an error without the dash, or null. They may where the shard is a primary's,
     * and the node was not told meanwhile to follow another, which its shards do one by one.
     */
    String writeRefusal() {
        if (!isPrimary()) {
            String noRoom = node.primary() == null ? replication().roomRefusal() : null;
            return noRoom == null ? READ_ONLY : "MISCONF Errors writing to the log: " + noRoom;
        }
        NodeConfig now = node.settings().current();
        takeLimit(now);
        boolean hasEnough = now.minReplicasToWrite() == 0
                || now.minReplicasMaxLag() == 0
                || acks().goodReplicas() >= now.minReplicasToWrite();
        if (!hasEnough) {
            return TOO_FEW_REPLICAS;
        }
        return now.ackReplicas() > 0 && acks().heldReplies() >= MAX_HELD ? TOO_MANY_HELD : null;
    }

    /** A limit that has just been set counts for what comes after it. */
    private void takeLimit(NodeConfig now) {
        if (now != limited && !services.isLoading() && !links.isLent()) {
            limitMemory(now, true);
        }
    }

    /** Whether clients may write, as far as that depends on the node's role. */
    boolean isPrimary() {
        return replication().acceptsClientWrites() && node.primary() == null;
    }

    /** Whether only a promotion that is under way keeps clients from writing. */
    boolean isBeingPromoted() {
        return node.primary() == null && replication().isBeingPromoted();
    }

    /** Sets the shard's limit. A replica has none: it has what its primary has, whatever it is itself told to hold. */
    void limitMemory(NodeConfig now, boolean isPrimary) {
        limited = now;
        boolean isLimited = isPrimary && now.maxMemory() > 0;
        long bytes = isLimited ? Math.max(1, now.maxMemory() / links.count()) : MemoryLimit.NONE;
        shard.memory().set(bytes, now.maxMemoryPolicy());
        shard.memory().choose(now);
    }

    /** Whether memory is short on a shard and nothing can be evicted: exact on this one, else as it was a moment ago. */
    boolean hasNoRoom(int target) {
        if (target == shard.id()) {
            if (isPrimary()) {
                takeLimit(node.settings().current());
            }
            return shard.memory().isOver() && !shard.memory().makeRoom();
        }
        return links.side(target).shard().memory().isExhausted();
    }

    /** Whether the replies of writes are held. */
    boolean holdsReplies() {
        return node.settings().current().ackReplicas() > 0;
    }

    /** What lets the reply of a client of another reactor go, that waits for this shard too. */
    HeldReply heldFor(int home, ReplySlot slot) {
        return new RemoteHold(links, home, slot);
    }

    /** How much the shard has written: given back to the methods below once a command has run. */
    long written() {
        return shard.transactions().effectsCommitted();
    }

    /**
     * Ends the reply of a command of this reactor's own client.
     *
     * @param mayBeHeld as it was begun
     * @param before the {@link #written} before it ran
     */
    void end(Connection connection, boolean mayBeHeld, long before) {
        if (written() == before) {
            connection.endReply();
            return;
        }
        long index = shard.transactions().lastIndex();
        connection
                .lastWrites()
                .wrote(shard.id(), index, shard.history().current().id());
        if (mayBeHeld) {
            acks().hold(index, connection.endHeldReply());
        } else {
            connection.endReply();
        }
    }

    /**
     * Sends home a command that was forwarded here and has run.
     *
     * @param before the {@link #written} before it ran
     */
    void sendHome(Forward<?> forward, long before) {
        if (written() == before) {
            links.back(forward);
            return;
        }
        long index = shard.transactions().lastIndex();
        boolean isHeld = holdsReplies();
        forward.wrote(shard.id(), index, shard.history().current().id(), isHeld);
        HeldReply held = isHeld ? heldFor(forward.homeShard(), forward.slot()) : null;
        links.back(forward);
        if (isHeld) {
            acks().hold(index, held);
        }
    }

    /**
     * Sends home what a command of another reactor's client came to.
     *
     * @param home the shard whose reactor has the client
     * @param slot the client's place for the reply
     * @param before the {@link #written} before it ran
     * @param give takes the reply, on the thread of {@code home}
     */
    void sendHome(int home, Connection connection, ReplySlot slot, long before, Runnable give) {
        if (written() == before) {
            links.back(home, give);
            return;
        }
        long index = shard.transactions().lastIndex();
        boolean isHeld = holdsReplies();
        String history = shard.history().current().id();
        links.back(home, () -> {
            connection.lastWrites().wrote(shard.id(), index, history);
            if (isHeld) {
                slot.hold();
            }
            give.run();
        });
        if (isHeld) {
            acks().hold(index, new RemoteHold(links, home, slot));
        }
    }
}
