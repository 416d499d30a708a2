package io.tailrace.node.handover;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.reactor.ReactorAgent;
import io.tailrace.node.reactor.ShardAnswers;
import io.tailrace.node.reactor.WriteBarrier;
import io.tailrace.node.replication.ShardReplication;
import io.tailrace.node.report.AttachedReplicas;
import io.tailrace.node.role.NodeRole;
import io.tailrace.node.role.ShardHandle;
import io.tailrace.node.role.ShardTasks;
import io.tailrace.node.services.HandoverServices;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ReplicationServices.ReplicaInfo;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * This node's part in planned handovers, as the primary that hands over ({@link Handover} says how) and, by a
 * {@link TakeOver}, as the target. Owned by the first shard's thread, but for what others may ask.
 */
public final class NodeHandover implements HandoverServices, HandoverHost, ReactorAgent {
    private static final long TICK_NANOS = 1_000_000;
    private static final String IN_PROGRESS = "ERR FAILOVER already in progress.";

    private final NodeServices node;
    private final NodeRole role;
    private final ShardTasks tasks;
    private final List<? extends ShardHandle> shards;
    private final Supplier<String> newId;
    private final LongSupplier steadyMicros;
    private final Background background;
    private final TakeOver takeOver;
    private ScheduledExecutorService disk;
    private volatile Handover handover;

    /**
     * @param shards the node's, filled before anything is asked of this
     * @param newId ids of histories that no other node has
     * @param steadyMicros microseconds that only go forwards
     */
    public NodeHandover(
            NodeServices node,
            NodeRole role,
            ShardTasks tasks,
            List<? extends ShardHandle> shards,
            Supplier<String> newId,
            LongSupplier steadyMicros,
            Background background) {
        this.node = node;
        this.role = role;
        this.tasks = tasks;
        this.shards = shards;
        this.newId = newId;
        this.steadyMicros = steadyMicros;
        this.background = background;
        takeOver = new TakeOver(node, role, tasks, shards);
        role.onOrder(() -> tasks.onFirst(this::overrule));
    }

    /** Continues with a handover that the end of the process before left in doubt, if it did. Before the first cycle. */
    public void resume() {
        String history = role.handoverInDoubt();
        if (history != null) {
            handover = Handover.resume(this, role.primary(), history);
        }
    }

    private boolean isActive() {
        return handover != null && !handover.state().isOver();
    }

    private void overrule() {
        if (isActive()) {
            handover.overrule();
        }
    }

    @Override
    public String state() {
        Handover now = handover;
        return (now == null ? HandoverState.DONE : now.state()).redisName();
    }

    @Override
    public boolean isUnderWay() {
        Handover now = handover;
        return now != null && !now.state().isOver() && now.state() != HandoverState.IN_DOUBT;
    }

    @Override
    public void begin(FailoverRequest request, Consumer<String> refusal) {
        if (isActive()) {
            refusal.accept(IN_PROGRESS);
            return;
        }
        tasks.gather(
                shard -> shard.replication().replicas(),
                replicas -> refusal.accept(begin(request, AttachedReplicas.together(replicas))));
    }

    private String begin(FailoverRequest request, List<ReplicaInfo> replicas) {
        if (isActive()) {
            return IN_PROGRESS;
        }
        if (node.primary() != null) {
            return "ERR FAILOVER is not valid when server is a replica.";
        }
        if (replicas.isEmpty()) {
            return "ERR FAILOVER requires connected replicas.";
        }
        if (request.isForced() && (request.timeoutMs() == 0 || request.host() == null)) {
            return "ERR FAILOVER with force option requires both a timeout and target HOST and IP.";
        }
        ReplicaInfo chosen = request.host() == null ? mostAdvanced(replicas) : named(request, replicas);
        if (chosen == null) {
            return "ERR FAILOVER target HOST and PORT is not a replica.";
        }
        if (!isOnline(chosen)) {
            return "ERR FAILOVER target replica is not online.";
        }
        HandoverTarget target = new HandoverTarget(
                chosen.id(), new HostPort(chosen.address(), chosen.port()), request.timeoutMs(), request.isForced());
        handover = Handover.begin(this, target, newId.get());
        return null;
    }

    private static ReplicaInfo named(FailoverRequest request, List<ReplicaInfo> replicas) {
        return replicas.stream()
                .filter(replica -> replica.address().equals(request.host()) && replica.port() == request.port())
                .max(Comparator.comparing(NodeHandover::isOnline))
                .orElse(null);
    }

    private static ReplicaInfo mostAdvanced(List<ReplicaInfo> replicas) {
        return replicas.stream()
                .max(Comparator.comparing(NodeHandover::isOnline).thenComparing(ReplicaInfo::appliedRecordCount))
                .orElse(null);
    }

    private static boolean isOnline(ReplicaInfo replica) {
        return replica.state().equals("online");
    }

    @Override
    public String abort() {
        return isActive() ? handover.abort() : "ERR No failover in progress.";
    }

    @Override
    public void take(PromotionOffer offer, Consumer<String> answer) {
        takeOver.take(offer, answer);
    }

    @Override
    public String confirm(String history) {
        return takeOver.confirm(history);
    }

    @Override
    public String abandon(String history) {
        return takeOver.abandon(history);
    }

    @Override
    public String outcome(String history, String from) {
        return takeOver.outcome(history, from);
    }

    @Override
    public String nodeId() {
        return node.nodeId();
    }

    @Override
    public long nowMicros() {
        return steadyMicros.getAsLong();
    }

    @Override
    public void pauseWrites() {
        node.clientPause().beginRoleChange();
    }

    @Override
    public void resumeWrites() {
        tasks.gather(
                shard -> {
                    shard.reactor().shard().log().hold(false);
                    return true;
                },
                all -> node.clientPause().endRoleChange());
    }

    @Override
    public void quiesce(Consumer<long[]> lastIndexes) {
        Handover asking = handover;
        ShardAnswers<Long> answers = new ShardAnswers<>(
                shards.size(),
                indexes -> lastIndexes.accept(
                        indexes.stream().mapToLong(Long::longValue).toArray()));
        WriteBarrier.raise(shards.stream().map(ShardHandle::reactor).toList(), tasks::on, reactor -> {
            if (asking.state().isOver()) {
                return;
            }
            reactor.shard().log().hold(true);
            long last = reactor.shard().backlog().lastIndex();
            tasks.onFirst(() -> answers.put(reactor.shard().id(), last));
        });
    }

    @Override
    public void awaitReplica(String replicaId, long[] indexes, Consumer<String> problem) {
        Handover asking = handover;
        tasks.<String>gatherLater(
                (shard, answer) -> {
                    int id = shard.reactor().shard().id();
                    ShardReplication replication = shard.replication();
                    BooleanSupplier isThere = () -> hasApplied(replication, replicaId, indexes[id]);
                    BooleanSupplier isOver = () -> isThere.getAsBoolean() || !isAttached(replication, replicaId);
                    String missing = "the target is not attached to shard " + id;
                    replication
                            .acks()
                            .await(
                                    isOver,
                                    0,
                                    () -> asking.state().isOver(),
                                    () -> answer.accept(isThere.getAsBoolean() ? null : missing));
                },
                problems -> problem.accept(
                        problems.stream().filter(Objects::nonNull).findFirst().orElse(null)));
    }

    private static boolean hasApplied(ShardReplication replication, String replicaId, long index) {
        return replication.acks().replicas(index, false).contains(replicaId);
    }

    private static boolean isAttached(ShardReplication replication, String replicaId) {
        return replication.replicas().stream().anyMatch(replica -> replica.id().equals(replicaId));
    }

    @Override
    public HandoverPeer connect(HostPort address, HandoverPeer.Listener listener) {
        try {
            return ControlChannel.connect(shards.get(0).reactor(), address, node.security(), listener);
        } catch (IOException e) {
            tasks.onFirst(() -> listener.onClosed(String.valueOf(e.getMessage())));
            return new NoPeer();
        }
    }

    /** In the place of a connection that failed at once. */
    private static final class NoPeer implements HandoverPeer {
        @Override
        public void send(String... request) {}

        @Override
        public void close() {}
    }

    private ScheduledExecutorService disk() {
        if (disk == null) {
            disk = background.executor("handover");
        }
        return disk;
    }

    @Override
    public void remember(HostPort target, String history, Consumer<String> problem) {
        disk().execute(() -> {
            String failure = null;
            try {
                role.rememberHandover(target, history);
            } catch (IOException | RuntimeException e) {
                failure = FileFailure.of(e);
            }
            String answer = failure;
            tasks.onFirst(() -> problem.accept(answer));
        });
    }

    @Override
    public void forget() {
        disk().execute(role::settle);
    }

    @Override
    public void stepDown(HostPort target) {
        role.stepDown(target);
    }

    @Override
    public void stepUp() {
        role.stepUp();
        forget();
    }

    @Override
    public void follow(HostPort target) {
        role.followTarget();
        forget();
    }

    @Override
    public void followInDoubt(HostPort target) {
        role.followTarget();
    }

    @Override
    public void settle() {
        forget();
    }

    @Override
    public void revert() {
        role.promoteAgain();
    }

    @Override
    public int doWork() {
        if (isActive()) {
            handover.poll();
        }
        return 0;
    }

    @Override
    public long maxBlockNanos() {
        return isActive() ? TICK_NANOS : Long.MAX_VALUE;
    }

    @Override
    public void onSecond() {
        takeOver.onSecond();
    }

    @Override
    public void close() {
        if (handover != null) {
            handover.close();
        }
        if (disk != null) {
            disk.shutdown();
        }
    }
}
