/** The planned change of primary: the side that hands over, the side that takes over, and what they say to each other. */
package io.tailrace.node.handover;
