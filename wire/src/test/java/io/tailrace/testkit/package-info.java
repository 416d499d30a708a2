/** What the tests of several modules need; the others have it by wire's test-jar. */
package io.tailrace.testkit;
