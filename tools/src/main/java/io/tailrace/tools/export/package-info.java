/** {@code tailrace export}: a node's data as commands for any Redis. */
package io.tailrace.tools.export;
