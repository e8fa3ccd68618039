package diorama.process;

import diorama.kernel.sched.Step;

/** A user program with its arguments: its {@code main} may run many times and in many processes. */
@FunctionalInterface
public interface Program {
  /** Runs in user mode up to the exit code. */
  Step<Integer> main(SystemCallInterface sys);
}
