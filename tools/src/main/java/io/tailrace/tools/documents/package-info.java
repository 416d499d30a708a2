/** What is written from the commands' own descriptions for an installed Tailrace: man pages, completion, a file of settings. */
package io.tailrace.tools.documents;
