/** What {@code tailrace feed} does: changes as lines, and the slots of readers. */
package io.tailrace.tools.feed;
