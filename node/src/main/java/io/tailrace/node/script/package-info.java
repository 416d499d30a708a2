/**
 * Scripts and functions: what there are, what runs, and the bridge between Lua and commands. It knows of the engine ({@code lua}) and
 * of libraries as data ({@code store}), not of the commands that scripts run.
 */
package io.tailrace.node.script;
