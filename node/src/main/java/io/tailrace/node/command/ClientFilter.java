package io.tailrace.node.command;

import io.tailrace.node.security.User;
import io.tailrace.node.security.Users;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.wire.resp.Arguments;
import java.util.function.Predicate;

/** Which clients CLIENT KILL means. Filled by the asking connection's thread, then read by each shard's. */
final class ClientFilter implements Predicate<ClientInfo> {
    private final long askingId;
    private final Users users;
    private String address;
    private String localAddress;
    private long id;
    private ClientType type;
    private User user;
    private boolean skipsAsking;

    ClientFilter(long askingId, Users users) {
        this.askingId = askingId;
        this.users = users;
    }

    @Override
    public boolean test(ClientInfo info) {
        return (address == null || address.equals(info.address()))
                && (localAddress == null || localAddress.equals(info.localAddress()))
                && (id == 0 || id == info.id())
                && (type == null || type.includes(info))
                && (user == null || user == info.user())
                && !(skipsAsking && info.id() == askingId);
    }

    /** Reads the request; returns what is wrong with it, or null. */
    String parse(Arguments arguments) {
        if (arguments.count() == 3) {
            address = arguments.ascii(2);
            return null;
        }
        skipsAsking = true;
        String refusal = null;
        for (int i = 2; i < arguments.count() && refusal == null; i += 2) {
            refusal = i + 1 < arguments.count() ? option(arguments, i) : ErrorText.SYNTAX;
        }
        return refusal;
    }

    private String option(Arguments arguments, int i) {
        if (arguments.is(i, "ID")) {
            return idOption(arguments, i + 1);
        } else if (arguments.is(i, "TYPE")) {
            type = ClientType.of(arguments, i + 1);
            return type == null ? ClientType.unknown(arguments, i + 1) : null;
        } else if (arguments.is(i, "ADDR")) {
            address = arguments.ascii(i + 1);
        } else if (arguments.is(i, "LADDR")) {
            localAddress = arguments.ascii(i + 1);
        } else if (arguments.is(i, "USER")) {
            user = users.find(arguments.ascii(i + 1));
            return user == null ? "ERR No such user '" + ErrorText.quoted(arguments, i + 1) + "'" : null;
        } else if (arguments.is(i, "SKIPME") && (arguments.is(i + 1, "YES") || arguments.is(i + 1, "NO"))) {
            skipsAsking = arguments.is(i + 1, "YES");
        } else {
            return ErrorText.SYNTAX;
        }
        return null;
    }

    private String idOption(Arguments arguments, int i) {
        id = arguments.isLong(i) ? arguments.parseLong(i) : 0;
        return id > 0 ? null : "ERR client-id should be greater than 0";
    }
}
