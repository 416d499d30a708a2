package io.tailrace.node.services;

import io.tailrace.node.pubsub.Subscriber;
import io.tailrace.node.security.User;
import io.tailrace.node.security.Users;

/** What is known of a client's connection. Written by its reactor thread; CLIENT LIST takes text made there. */
public final class ClientInfo {
    /** What Redis calls a command that there is not. */
    public static final String UNKNOWN = "NULL";

    /** What is at the other end. */
    public enum Kind {
        CLIENT,
        /** A replica of this node. */
        REPLICA,
        /** The primary that this node follows. */
        PRIMARY
    }

    private Kind kind;
    private final long id;
    private final String address;
    private final String localAddress;
    private final long connectedSteadyMs;
    private String name = "";
    private String libraryName = "";
    private String libraryVersion = "";
    private String lastCommand = UNKNOWN;
    private long lastActiveSteadyMs;
    private int protocol = 2;
    private int database;
    private Subscriber subscriber;
    private ClientTracking tracking;
    private User user;
    private boolean isNoEvict;
    private long inputBytes;
    private long outputBytes;
    private long commands;

    /** @param nowSteadyMs of the steady clock, as all times here */
    public ClientInfo(Kind kind, long id, String address, String localAddress, long nowSteadyMs) {
        this.kind = kind;
        this.id = id;
        this.address = address;
        this.localAddress = localAddress;
        connectedSteadyMs = nowSteadyMs;
        lastActiveSteadyMs = nowSteadyMs;
    }

    public Kind kind() {
        return kind;
    }

    /** It is sent data as a replica is, and executes nothing. */
    public void becomeReplica() {
        kind = Kind.REPLICA;
    }

    public long id() {
        return id;
    }

    /** Host and port of the client. */
    public String address() {
        return address;
    }

    /** Host and port it connected to. */
    public String localAddress() {
        return localAddress;
    }

    /** Who it is, or null as long as it has not said so. */
    public User user() {
        return user;
    }

    public void user(User now) {
        user = now;
    }

    /** Who it counts as: one who has not said so is the default user, if that needs no password by now. */
    public User actingUser(Users users) {
        return user == null ? users.byDefault() : user;
    }

    public long connectedSteadyMs() {
        return connectedSteadyMs;
    }

    public String name() {
        return name;
    }

    public void name(String newName) {
        name = newName;
    }

    public String libraryName() {
        return libraryName;
    }

    public void libraryName(String text) {
        libraryName = text;
    }

    public String libraryVersion() {
        return libraryVersion;
    }

    public void libraryVersion(String text) {
        libraryVersion = text;
    }

    /** The last command in lower case, or NULL. */
    public String lastCommand() {
        return lastCommand;
    }

    public long lastActiveSteadyMs() {
        return lastActiveSteadyMs;
    }

    /** Notes a command; called for each one. */
    public void active(String command, long nowSteadyMs) {
        lastCommand = command;
        lastActiveSteadyMs = nowSteadyMs;
        commands++;
    }

    /** Notes that it was active until a time, which is not before the last. */
    public void activeUntil(long nowSteadyMs) {
        lastActiveSteadyMs = nowSteadyMs;
    }

    /** Of the keys that it names. */
    public int database() {
        return database;
    }

    public void database(int selected) {
        database = selected;
    }

    public int protocol() {
        return protocol;
    }

    /** The protocol of the replies from the next one on: 2 or 3. */
    public void protocol(int version) {
        protocol = version;
    }

    /** Its subscriptions, or null when it never had one. */
    public Subscriber subscriber() {
        return subscriber;
    }

    public void subscriber(Subscriber first) {
        subscriber = first;
    }

    /** How it tracks keys, or null when it never asked to. */
    public ClientTracking tracking() {
        return tracking;
    }

    public void tracking(ClientTracking first) {
        tracking = first;
    }

    /** Whether it has a subscription. */
    public boolean isSubscribed() {
        return subscriber != null && subscriber.isActive();
    }

    public boolean isNoEvict() {
        return isNoEvict;
    }

    public void noEvict(boolean isOn) {
        isNoEvict = isOn;
    }

    public long inputBytes() {
        return inputBytes;
    }

    public void addInput(int bytes) {
        inputBytes += bytes;
    }

    public long outputBytes() {
        return outputBytes;
    }

    public void addOutput(int bytes) {
        outputBytes += bytes;
    }

    public long commands() {
        return commands;
    }
}
