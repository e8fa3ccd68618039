package diorama.process;

import static diorama.kernel.sched.Step.done;

import diorama.kernel.sched.Step;
import diorama.kernel.sched.WaitResult;

/**
 * The shell loop {@code while program; do :; done}: runs a program again and again for as long as
 * it exits with 0 and the shell itself is not killed.
 */
public final class Repeated implements Program {
  private final String name;
  private final Program program;
  private final ProgramLog log;

  /** A loop over a program; each round is counted as an operation of the program's name. */
  public Repeated(String name, Program program, ProgramLog log) {
    this.name = name;
    this.program = program;
    this.log = log;
  }

  @Override
  public Step<Integer> main(SystemCallInterface sys) {
    return sys.fork(name, program::main)
        .then(
            pid ->
                pid < 0
                    ? failed("fork failed: " + -pid)
                    : sys.waitpid(pid).then(r -> next(sys, r)));
  }

  private Step<Integer> next(SystemCallInterface sys, WaitResult result) {
    log.operation(name, 1);
    boolean passed = result.pid() > 0 && result.status().exited() && result.status().code() == 0;
    return passed ? main(sys) : failed(name + " failed: " + result.status());
  }

  private Step<Integer> failed(String line) {
    log.message(line);
    return done(1);
  }
}
