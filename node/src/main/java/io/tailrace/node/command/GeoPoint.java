package io.tailrace.node.command;

/**
 * A member that a search has found. Lives for one command.
 *
 * @param member where its bytes are
 * @param length of them
 * @param score that tells where it is
 * @param distance from the centre, metres
 */
record GeoPoint(long member, int length, double score, double distance) {}
