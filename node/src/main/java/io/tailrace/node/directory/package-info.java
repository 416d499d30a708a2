/** The node's data directory: its lock, its identity, and what it remembers of its role. */
package io.tailrace.node.directory;
