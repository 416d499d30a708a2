/** What has the JVM load, link and compile code before a client needs it, on threads of their own and data of their own. */
package io.tailrace.node.warmup;
