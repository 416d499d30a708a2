package io.tailrace.node.reactor;

import io.tailrace.node.pubsub.Subscriber;
import io.tailrace.node.security.Users;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ClientTracking;

/** A connection as a line of CLIENT LIST, with Redis 7's fields; those that mean nothing here have Redis's idle values. */
final class ClientLine {
    private ClientLine() {}

    /** @param nowSteadyMs of the steady clock */
    static String of(Connection connection, long nowSteadyMs) {
        MultiState multi = connection.multi();
        RequestInput input = connection.requests().input();
        return begin(connection.info(), flags(connection), nowSteadyMs)
                + subscriptions(connection.info().subscriber())
                + " multi=" + (multi.isOpen() ? multi.count() : -1)
                + " qbuf=" + input.unparsed()
                + " qbuf-free=" + Math.max(0, input.bufferBytes() - input.received())
                + " argv-mem=" + input.argumentBytes()
                + " multi-mem=" + multi.shownBytes()
                + end(
                        connection.info(),
                        connection.replies().output().capacity(),
                        connection.replies().bytes(),
                        connection.share().measured());
    }

    /** The same of a connection to another node. */
    static String of(PeerConnection peer, long nowSteadyMs) {
        ClientInfo info = peer.client();
        return begin(info, info.kind() == ClientInfo.Kind.REPLICA ? "S" : "M", nowSteadyMs)
                + subscriptions(null)
                + " multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0"
                + end(info, 0, peer.pendingBytes(), peer.pendingBytes());
    }

    /** The same of a client that may be another reactor's: without what only its own thread may look at. */
    static String of(ClientInfo info, long nowSteadyMs) {
        return begin(info, "N", nowSteadyMs)
                + subscriptions(null)
                + " multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0"
                + end(info, 0, 0, ClientBytes.FIXED);
    }

    private static String begin(ClientInfo info, String flags, long nowSteadyMs) {
        return "id=" + info.id()
                + " addr=" + info.address()
                + " laddr=" + info.localAddress()
                + " fd=-1"
                + " name=" + info.name()
                + " age=" + Math.max(0, nowSteadyMs - info.connectedSteadyMs()) / 1000
                + " idle=" + Math.max(0, nowSteadyMs - info.lastActiveSteadyMs()) / 1000
                + " flags=" + flags
                + " db=" + info.database();
    }

    private static String end(ClientInfo info, int bufferBytes, long pendingBytes, long memoryBytes) {
        return " rbs=" + bufferBytes
                + " rbp=0 obl=0 oll=0"
                + " omem=" + pendingBytes
                + " tot-mem=" + memoryBytes
                + " events=r"
                + " cmd=" + info.lastCommand()
                + " user=" + user(info) + " redir=" + redirect(info)
                + " resp=" + info.protocol()
                + " lib-name=" + info.libraryName()
                + " lib-ver=" + info.libraryVersion();
    }

    private static long redirect(ClientInfo info) {
        return info.tracking() == null || !info.tracking().isOn()
                ? -1
                : info.tracking().options().redirect();
    }

    /** As in Redis, what comes from the primary is no user's. */
    private static String user(ClientInfo info) {
        if (info.kind() == ClientInfo.Kind.PRIMARY) {
            return "(superuser)";
        }
        return info.user() == null ? Users.DEFAULT : info.user().name();
    }

    private static String subscriptions(Subscriber subscriber) {
        int channels = subscriber == null ? 0 : subscriber.channels().size();
        int patterns = subscriber == null ? 0 : subscriber.patterns().size();
        return " sub=" + channels + " psub=" + patterns + " ssub="
                + (subscriber == null ? 0 : subscriber.shardChannels().size());
    }

    private static String flags(Connection connection) {
        StringBuilder flags = new StringBuilder();
        if (connection.session().isMonitor()) {
            flags.append('O');
        }
        if (connection.info().isSubscribed()) {
            flags.append('P');
        }
        if (connection.multi().isOpen()) {
            flags.append('x');
        }
        if (connection.requests().isBlocked()) {
            flags.append('b');
        }
        ClientTracking tracking = connection.info().tracking();
        if (tracking != null && tracking.isOn()) {
            flags.append('t').append(tracking.isBroken() ? "R" : "").append(tracking.isByKey() ? "" : "B");
        }
        if (connection.multi().isTouched()) {
            flags.append('d');
        }
        if (connection.info().isNoEvict()) {
            flags.append('e');
        }
        return flags.length() == 0 ? "N" : flags.toString();
    }
}
