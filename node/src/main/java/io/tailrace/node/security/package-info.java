/**
 * Who may reach a node and what for: users with their passwords and rights, protected mode, TLS. Passwords are kept as
 * SHA-256 only; no text of one gets into a message, a log line or a reply but CONFIG GET's to who may change it.
 */
package io.tailrace.node.security;
