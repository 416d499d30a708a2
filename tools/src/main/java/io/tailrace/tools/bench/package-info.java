/** {@code tailrace bench}: load for any Redis server, and what it costs the server. One thread does all of the asking. */
package io.tailrace.tools.bench;
