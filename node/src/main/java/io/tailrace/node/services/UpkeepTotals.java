package io.tailrace.node.services;

/**
 * What one reactor does to keep memory and data in order, for INFO.
 *
 * @param replyBufferShrinks times that a client's buffer for replies was made smaller, {@code replyBufferExpands} larger
 * @param freedValues whose memory was given back in the background, {@code droppedValues} of which it is still to be
 * @param payloads of RESTORE that were looked at
 * @param staleShare of the keys with a deadline that are past it and still held, about: from 0 to 1
 * @param keysLoaded when the shard's data was loaded last
 */
public record UpkeepTotals(
        long replyBufferShrinks,
        long replyBufferExpands,
        long freedValues,
        long droppedValues,
        long payloads,
        double staleShare,
        long keysLoaded) {}
