/** Workloads as data: recorded from a running program, run again, made smaller, written as text. */
@NullMarked
package diorama.process.script;

import org.jspecify.annotations.NullMarked;
