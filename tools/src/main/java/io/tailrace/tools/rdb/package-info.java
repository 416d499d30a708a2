/** RDB files as {@code tailrace import} reads them, and where their keys go. */
package io.tailrace.tools.rdb;
