/** Places where tests let a process die: in the lowest module that does input and output. */
package io.tailrace.snapshot.fault;
