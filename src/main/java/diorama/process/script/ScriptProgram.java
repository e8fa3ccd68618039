package diorama.process.script;

import diorama.kernel.sched.Step;
import diorama.process.Environment;
import diorama.process.Program;
import diorama.process.SystemCallInterface;

/**
 * Runs a script: each call of each process in order.
 *
 * <p>Nothing is checked. A call that fails is a call that failed; what needs what it did not return
 * is left out. At its end a process waits for its children and exits with 0.
 */
public final class ScriptProgram implements Program {
  /** The configuration name. */
  public static final String NAME = "script";

  private final Script script;
  private final Environment environment;

  /** The program with its argument. */
  public ScriptProgram(Script script, Environment environment) {
    this.script = script;
    this.environment = environment;
  }

  @Override
  public Step<Integer> main(SystemCallInterface sys) {
    return Variables.run(script, sys, environment);
  }
}
