/** Nodes as processes of their own, a client to talk to them, and what {@code tailrace demo} does with both. */
package io.tailrace.tools.demo;
