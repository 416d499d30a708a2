/**
 * What the node notes for operators: commands that were slow, events that took long, how long commands take, what was
 * refused, and who watches. What is noted rarely is the node's and behind a lock; what is counted for each command is a reactor's.
 */
package io.tailrace.node.watch;
