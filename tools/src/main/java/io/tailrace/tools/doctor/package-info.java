/** {@code tailrace doctor}: what of a machine and of a node's settings makes a node slow, and how to change it. Reads only. */
package io.tailrace.tools.doctor;
