/**
 * What a node answers over HTTP: a page for browsers, metrics, whether it is well. It has threads of its own, which read what the shards'
 * threads have published and never ask them.
 */
package io.tailrace.node.admin;
