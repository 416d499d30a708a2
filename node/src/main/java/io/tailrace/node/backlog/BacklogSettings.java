package io.tailrace.node.backlog;

/**
 * What a backlog is told at its opening.
 *
 * @param segmentBytes a segment is full when it holds so many bytes
 * @param budgetBytes the oldest segments go while all together hold more
 * @param maxRecordBytes the longest record; sets the queue's block size, which is four times that
 * @param diskThreadName of the thread that does the slow work
 */
public record BacklogSettings(long segmentBytes, long budgetBytes, int maxRecordBytes, String diskThreadName) {}
