/**
 * Values as Redis writes them into its files and into DUMP: RDB version 10, which is Redis 7.0's. Read are all encodings that Redis
 * 7.0 reads, written those that it writes.
 */
package io.tailrace.node.rdb;
