/** What the commands print with: progress on a terminal, bytes, text, times, JSON. Uses no other package of the tools. */
package io.tailrace.tools.output;
