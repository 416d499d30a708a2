/** What a shard holds as a few numbers, by which two nodes find out whether they hold the same. */
package io.tailrace.node.digest;
