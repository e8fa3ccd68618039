/** Traces in the formats of other tools: Mermaid, and the Chrome trace-event format. */
@NullMarked
package diorama.trace.export;

import org.jspecify.annotations.NullMarked;
