/**
 * Rewind: rolling back what a log holds after the last record it shares with another one, without copying the data set.
 *
 * <pre>
 *  this node's log    ... c-1  c | d1  d2  d3            written as a primary without replicas any more
 *  the primary's log  ... c-1  c | s   p1  p2 ... x      s opens the promoted primary's history
 *
 *  1  d1..d3 are saved in a file for the operator, and the keys they touched are noted       Divergence, LostWrites
 *  2  the store is walked into a new store and a snapshot file, without those keys           StoreCopy, RewoundStore
 *  3  the log up to c is put together in a new generation: closed segments linked, c's copied  SharedLog, SharedPart
 *  4  the entries of the touched keys are fetched from the primary, the last at its record x
 *  5  s..x are redone over them: an entry's version tells which records it contains already
 *  6  the new generation takes over atomically
 * </pre>
 *
 * A crash at any moment leaves the old generation, and the rewind begins again; or the new one, and it is over.
 */
package io.tailrace.node.rewind;
