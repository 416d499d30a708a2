/** What {@code tailrace repair} prints. */
package io.tailrace.tools.repair;
