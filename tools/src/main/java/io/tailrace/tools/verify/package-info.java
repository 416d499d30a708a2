/** What {@code tailrace verify} does: asks running nodes whether they hold the same. */
package io.tailrace.tools.verify;
