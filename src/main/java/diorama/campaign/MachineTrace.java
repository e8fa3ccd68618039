package diorama.campaign;

import diorama.check.Violation;

/** The trace of one machine, told by the machine what happens to it. Safe for all threads. */
interface MachineTrace {
  /** Nobody records the machine. */
  MachineTrace NONE = new MachineTrace() {};

  /** A check has found something. */
  default void found(Violation violation) {}

  /** The machine is going to be brought to rest: what follows is no part of the run. */
  default void end() {}

  /** It did not come to rest. */
  default void restless() {}

  /**
   * The machine is gone.
   *
   * @param interrupted whether the run was ended from outside
   */
  default void gone(boolean interrupted) {}
}
