/** What is done to the files of a node from outside: finding out how far a log is good, and making shards of that. */
package io.tailrace.node.repair;
