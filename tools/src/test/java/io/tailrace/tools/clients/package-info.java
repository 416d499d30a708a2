/** Programs and libraries that people use with Redis, against real nodes; and what a socket can do to a node. */
package io.tailrace.tools.clients;
