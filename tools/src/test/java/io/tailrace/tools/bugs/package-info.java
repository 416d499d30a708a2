/**
 * Tests for the bugs that kevy, the system whose replication this one rebuilds, had or has. Each is named for its class
 * there; the numbers are those of the list in the design notes.
 *
 * <pre>
 *   1 blocking replication listener              LinkBugsIT
 *   2 reset of a replica link ends the primary   LinkBugsIT
 *   3 offsets alias after a primary's restart    IdentityBugsIT
 *   4 a replica that is ahead is "caught up"     IdentityBugsIT
 *   5 identities collide                         IdentityBugsIT, PromotionBugsIT
 *   6 nothing shipped of a promoted, full node   PromotionBugsIT
 *   7 writes during a promotion are lost         PromotionBugsIT
 *   8 snapshot merged instead of replaced        SnapshotBugsIT
 *   9 log keeps what a snapshot replaced         SnapshotBugsIT
 *  10 commands on several keys not replicated    EffectBugsIT
 *  11 effect leaks to the next of a pipeline     EffectBugsIT
 *  12 10,000 records a second, 74 ms of lag      LinkBugsIT
 *  13 acknowledgements lost, reader wedged       LinkBugsIT
 *  14 idle links look dead                       LinkBugsIT
 *  15 stalled replica counts as healthy          LinkBugsIT
 *  16 -LOADING ends before the data are there    SnapshotBugsIT
 *  17 backlog scanned at each poll               StreamingCostTest of the node; too old: SnapshotBugsIT
 *  18 destination on another shard               EffectBugsIT
 *  19 connection one reply behind                LinkBugsIT
 *  20 relative deadlines drift                   EffectBugsIT
 *     records above the pump's budget stall      EffectBugsIT
 *     another shard count passes silently        EffectBugsIT
 *     half a transaction is seen on a replica    EffectBugsIT
 *     unknown host, seconds since 1970           EffectBugsIT
 *     deadlines outlive FLUSHALL                 SnapshotBugsIT
 *     a clean stop loses the last second         IdentityBugsIT
 * </pre>
 *
 * What does not apply here, and why:
 *
 * <ul>
 *   <li>5, identities above 53 bits: they are 40 hex digits, never numbers.
 *   <li>10, LMOVE and *STORE; 11, SPOP; 18, RPOPLPUSH: there are no lists and sets. The same traps exist for RENAME and for
 *       INCR, APPEND and the like, which are tested.
 *   <li>15, min-replicas: an opening record is acknowledged like any other; AckLevelsIT.
 *   <li>19, BLPOP: no command blocks but WAIT and its kin, which are tested.
 *   <li>20, accepted sockets that inherit non-blocking mode: every socket here is non-blocking.
 *   <li>Evictions: nothing is evicted; a write that does not fit is refused and not logged.
 *   <li>Served BLPOP, LMOVE, XADD, hash-field deadlines: there are no such types.
 * </ul>
 */
package io.tailrace.tools.bugs;
