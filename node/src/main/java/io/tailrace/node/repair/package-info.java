/**
 * What is done to the files of a node that is not running: finding out how far a log is good, and making a shard of that.
 */
package io.tailrace.node.repair;
