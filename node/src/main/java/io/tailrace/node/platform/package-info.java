/** What the node takes from the machine: threads, clocks, file limits, files that are replaced atomically. Imports nothing of the node. */
package io.tailrace.node.platform;
