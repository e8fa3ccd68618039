package diorama.process;

import diorama.kernel.sched.Chance;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What a machine gives its programs besides system calls.
 *
 * @param stamps the next stamp for what a write writes: never 0, never twice the same in a machine
 * @param chance a generator of its own for a name
 */
public record Environment(ProgramLog log, LongSupplier stamps, Function<String, Chance> chance) {}
