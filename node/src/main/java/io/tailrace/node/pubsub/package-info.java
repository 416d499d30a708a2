/**
 * Publish and subscribe: who wants which messages, and bringing them there.
 *
 * <p>A connection and its subscriptions belong to its reactor's thread; each reactor has one table of them. A message is
 * given to every table, and each brings it to its own subscribers after the command or task under way, never within a
 * reply. Messages are neither logged nor replicated.
 */
package io.tailrace.node.pubsub;
