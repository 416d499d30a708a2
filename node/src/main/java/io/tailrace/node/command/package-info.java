/** The command table, one class per family of commands, and what runs them. */
package io.tailrace.node.command;
