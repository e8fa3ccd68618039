/** What is in a sector: immutable values that pages, bios and the media hand to each other. */
@NullMarked
package diorama.kernel.data;

import org.jspecify.annotations.NullMarked;
