/** fio's job vocabulary: the options of a job, its access patterns and its engines. */
@NullMarked
package diorama.process.fio;

import org.jspecify.annotations.NullMarked;
