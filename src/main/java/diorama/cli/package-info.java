/** The command line. */
@NullMarked
package diorama.cli;

import org.jspecify.annotations.NullMarked;
