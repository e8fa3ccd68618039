package diorama.process.script;

import diorama.kernel.sched.Step;
import org.jspecify.annotations.Nullable;

/** One system call of a script. */
public sealed interface Call permits FileCall, AioCall, MemoryCall, ProcessCall {
  /** The C function. */
  String name();

  /** The arguments as C has them. */
  String arguments();

  /** The variable that the call makes, null if it returns nothing that another call needs. */
  default @Nullable Ref result() {
    return null;
  }

  /** Whether it only prepares or ends the work: open, io_setup, fork, clone, waitpid, exit. */
  default boolean setsUp() {
    return result() != null;
  }

  /** How much there is to it: 1 and the bits of the lengths and offsets that it has. */
  default int size() {
    return 1;
  }

  /** The call, or what is left of it, with the variables of a scope; null if one is missing. */
  @Nullable Call resolved(Scope scope);

  /** Makes the call; all variables that it uses must have values. */
  Step<?> run(Variables variables);
}
