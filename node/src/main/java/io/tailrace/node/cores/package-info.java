/** Which thread runs on which processor: shards' threads on their own, all others of the process on the rest. */
package io.tailrace.node.cores;
