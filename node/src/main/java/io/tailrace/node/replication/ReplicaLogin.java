package io.tailrace.node.replication;

import io.tailrace.node.security.User;
import io.tailrace.node.security.Users;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.resp.Arguments;

/**
 * Who a replica says it is before it asks for the log, and whether that one may have it: Redis's right to {@code psync}.
 * Owned by the session's reactor thread.
 */
final class ReplicaLogin {
    private static final String RIGHT = "psync";

    private final Users users;
    private User user;

    ReplicaLogin(Users users) {
        this.users = users;
        user = users.atConnect();
    }

    /** Whether a request is {@code AUTH <user> <password>}. */
    static boolean isOne(Arguments request) {
        return request.count() == 3 && request.is(0, "AUTH");
    }

    /** Returns whether name and password are right; if not it is as it was. */
    boolean logIn(Arguments request) {
        User named = users.login(request.ascii(1), request.bytes(2));
        user = named == null ? user : named;
        return named != null;
    }

    /** As whom the replica has logged in, or null while it has not. */
    User user() {
        return user;
    }

    /** Why the log can't be had, or null. */
    RefusalCode refusal() {
        if (user == null && users.isLoginNeeded()) {
            return RefusalCode.NOAUTH;
        }
        User acting = user == null ? users.byDefault() : user;
        return acting.allowsCommand(RIGHT) ? null : RefusalCode.NOPERM;
    }

    /** That in words, the first of which are Redis's. */
    static String reason(RefusalCode code) {
        switch (code) {
            case NOAUTH:
                return "Authentication required.";
            case WRONGPASS:
                return "invalid username-password pair or user is disabled.";
            default:
                return "this user has no permissions to run the '" + RIGHT + "' command";
        }
    }
}
