/**
 * The types of collections: what their elements look like, small (packed in one blob) and large (in trees), and what each effect
 * does to them. An effect is carried out here and nowhere else, on a primary, on a replica and in a redo.
 *
 * <pre>
 *  type        packed element                 large                                  sections of a snapshot
 *  hash        field, value                   tree MAP (hash of field, field)        0
 *  set         member                         tree SET (hash of member, member)      0
 *  sorted set  member, score f64; in order    tree NUMBERS (hash, member) -> score   0
 *                                             tree SET (score, member)               -, rebuilt when loaded
 *  list        element; in order              tree LIST                              0
 *  stream      head, then records: those      tree MAP (milliseconds, sequence)      0 entries, each with its names
 *              of groups, then entries        tree MAP (kind, group; name or ID)     1 records of groups
 * </pre>
 *
 * <p>Byte strings in packed elements and in snapshots are {@link io.tailrace.node.value.PackedBytes}. All of it is used by the
 * thread that owns the store.
 *
 * <p>A new type is a {@link io.tailrace.node.value.CollectionType} in {@link io.tailrace.node.value.CollectionTypes}, on a class
 * that looks at an opened value, as {@link io.tailrace.node.value.Hash} does, which commands and effects share; a family of
 * commands; and in the tests a source of random commands, so that snapshots, redo, replays and replies are tried with it.
 */
package io.tailrace.node.value;
