/** INFO and Prometheus: one set of facts, each shard's {@code ShardReport}, and two ways to print it. */
package io.tailrace.node.report;
