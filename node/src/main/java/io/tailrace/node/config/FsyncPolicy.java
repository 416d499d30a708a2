package io.tailrace.node.config;

/** When the log is synced to the disk. A killed process loses nothing under any of them; a power loss may. */
public enum FsyncPolicy {
    /** Once a second, by a background thread. */
    EVERYSEC,
    /** Before each reply. */
    ALWAYS,
    /** The kernel writes back when it likes. */
    NO
}
