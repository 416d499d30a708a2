/**
 * Settings: their names, types, defaults and checks, as a start and CONFIG SET see them. Part of the node's ground floor:
 * imports nothing of the node but {@code platform}.
 */
package io.tailrace.node.config;
