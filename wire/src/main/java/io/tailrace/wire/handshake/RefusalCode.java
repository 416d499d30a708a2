package io.tailrace.wire.handshake;

/** Why a primary refuses a replica; the first word of the error line. */
public enum RefusalCode {
    /** The request is malformed. */
    ERR,
    /** The history is none of the primary's, or the chain at the index differs. */
    FOREIGN,
    /** The index is beyond the primary's last one. */
    FUTURE,
    /** The shard counts differ, or there is no such shard. */
    SHARDS,
    /** The protocol version isn't spoken here. */
    VERSION,
    /** The node is building its data set; try again. */
    LOADING,
    /** The node is no primary. */
    NOTPRIMARY,
    /** The client has not logged in, and that is needed. */
    NOAUTH,
    /** No such user, or it has another password. */
    WRONGPASS,
    /** The user may not follow the node. */
    NOPERM,
    /** Only this machine's own replicas are served, as there is no password. */
    DENIED;

    /** The code a word spells, or null. */
    static RefusalCode of(String word) {
        for (RefusalCode code : values()) {
            if (code.name().equals(word)) {
                return code;
            }
        }
        return null;
    }
}
