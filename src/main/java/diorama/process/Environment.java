package diorama.process;

import diorama.kernel.sched.Chance;
import java.util.function.Function;

/**
 * What a machine gives its programs besides system calls.
 *
 * @param stamps what the writes of the program's task are stamped with
 * @param chance a generator of its own for a name
 */
public record Environment(ProgramLog log, Stamps stamps, Function<String, Chance> chance) {}
