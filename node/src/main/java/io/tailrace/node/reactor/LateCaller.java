package io.tailrace.node.reactor;

import io.tailrace.node.security.User;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who called a script that is run after its place among the replies was taken, as it was then.
 *
 * @param user whom the script may do as much as
 * @param protocol of the reply
 * @param isRead whether the client caches what it reads
 * @param detached the connection's account of detached replies
 */
record LateCaller(User user, int protocol, boolean isRead, AtomicLong detached) {}
