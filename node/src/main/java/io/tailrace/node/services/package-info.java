/**
 * Contracts only: what commands may ask of the node, of their shard's reactor, of replication and of handovers, and the
 * records in which they are answered. Nothing here knows who implements it.
 */
package io.tailrace.node.services;
