package io.tailrace.node.admin;

import io.tailrace.node.security.Security;
import io.tailrace.node.security.User;
import io.tailrace.node.security.Users;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.watch.AclLog;
import java.net.SocketAddress;
import java.util.function.LongSupplier;

/**
 * Who may see what over HTTP: the same users as of the client port, by HTTP's basic authentication, each as far as it may run the command
 * that tells the same. Any thread.
 */
final class AdminAccess {
    private static final String LOGIN = "Basic realm=\"tailrace\", charset=\"UTF-8\"";
    private static final String LOCAL_HOST = "localhost|[0-9.]+|\\[[0-9a-fA-F:.%]+]|";

    private final NodeServices node;
    private final LongSupplier epochMicros;

    AdminAccess(NodeServices node, LongSupplier epochMicros) {
        this.node = node;
        this.epochMicros = epochMicros;
    }

    /**
     * The user of a request.
     *
     * @param user by whom it is answered, when {@code refusal} is null
     */
    record Verdict(User user, HttpReply refusal) {}

    /**
     * Lets in who may run a command.
     *
     * @param command its full name
     */
    Verdict check(HttpRequest request, SocketAddress remote, boolean isTrusted, String command) throws HttpException {
        Security security = node.security();
        if (!isTrusted) {
            return refused(403, "a certificate is wanted that an authority of tls-ca has signed");
        }
        if (security.isProtectedFrom(remote)) {
            return refused(
                    403,
                    "protected mode: other machines are not served while the default user has no password;"
                            + " set requirepass, or protected-mode no");
        }
        if (!isForThisMachine(request)) {
            // a page of another site may have its own name lead here, and would read what this machine's browser may
            // read
            return refused(
                    403,
                    "protected mode: without a password this is reached by an address or as localhost, not as "
                            + request.host().replaceAll("[^A-Za-z0-9.:_-]", "?"));
        }
        HttpRequest.Login login = request.login();
        User user = login == null ? security.users().atConnect() : user(login, remote);
        if (user == null) {
            HttpReply refusal = HttpReply.text(
                    401,
                    login == null
                            ? "log in as a user of the node: by HTTP's basic authentication, 'default' for requirepass"
                            : "WRONGPASS invalid username-password pair or user is disabled.");
            return new Verdict(null, refusal.with("WWW-Authenticate", LOGIN));
        }
        if (!user.allowsCommand(command)) {
            return refused(
                    403,
                    "NOPERM this user has no permissions to run the '" + command.replace('|', ' ')
                            + "' command, which returns the same");
        }
        return new Verdict(user, null);
    }

    private static Verdict refused(int status, String reason) {
        return new Verdict(null, HttpReply.text(status, reason));
    }

    private boolean isForThisMachine(HttpRequest request) {
        boolean isProtected = node.security().users().isOpenToAll()
                && node.settings().current().protectedMode();
        return !isProtected || request.host().matches(LOCAL_HOST);
    }

    private User user(HttpRequest.Login login, SocketAddress remote) {
        String name = login.name().isEmpty() ? Users.DEFAULT : login.name();
        User user = node.security().users().login(name, login.password());
        if (user == null) {
            node.diagnostics()
                    .aclLog()
                    .add(
                            AclLog.Reason.AUTH,
                            AclLog.Context.TOPLEVEL,
                            "http",
                            name,
                            "addr=" + remote.toString().replaceFirst("^/", "") + " cmd=http",
                            epochMicros.getAsLong() / 1_000);
        }
        return user;
    }
}
