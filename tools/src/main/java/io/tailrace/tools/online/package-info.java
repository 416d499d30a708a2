/** How commands reach running nodes as clients do: addresses, passwords, TLS. */
package io.tailrace.tools.online;
