package diorama.campaign;

import diorama.check.Findings;
import diorama.check.History;
import diorama.process.ProgramLog;
import java.util.function.Supplier;

/**
 * Whoever runs a machine: hears what its programs do and what its checks find. Called by the
 * machine's actors, by several at once in the natural engine.
 */
interface MachineOwner extends ProgramLog {
  /** The machine's clock in nanoseconds: monotonic, or virtual. */
  long nanos();

  /**
   * Where the findings of the machine's checks go; asked once, when it boots.
   *
   * @param history the machine's recorder
   */
  Findings findings(Supplier<History> history);

  /**
   * The machine is through; called once.
   *
   * @param accepted how many iocbs were accepted on it
   */
  void ended(MachineEnd how, long accepted);

  @Override
  default void message(String line) {}
}
