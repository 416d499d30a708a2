/** What a node holds in the forms that others read: commands, and files of Redis. Reads a data directory, in which a node may run. */
package io.tailrace.node.backup;
