/** Where tests let a node die: in this module because all others have such places. */
package io.tailrace.wire.fault;
