/**
 * The log of the process: lines of {@code key=value} or JSON that are made where something happens and written by a thread of their own. It
 * is what SLF4J finds in a process of {@code tailrace}; an application that embeds a node may have another.
 */
package io.tailrace.node.log;
