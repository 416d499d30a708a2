/**
 * The change feed: another process on the host reads each committed write from a shard's log, in order, without a socket and without
 * the node's help. {@link io.tailrace.node.feed.ChangeFeed} is where to begin.
 */
package io.tailrace.node.feed;
