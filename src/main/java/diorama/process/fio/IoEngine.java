package diorama.process.fio;

import diorama.kernel.sched.Step;
import diorama.process.fio.Request.Completed;
import java.util.List;

/** {@code struct ioengine_ops}: how a job's requests reach the kernel. */
interface IoEngine {
  /** Returns 0 or a negative errno. */
  Step<Integer> init();

  /** Takes a request; what has completed by then. */
  Step<List<Completed>> queue(Request request);

  /** Submits what is queued and waits for at least so many completions. */
  Step<List<Completed>> getevents(int min);

  /** How many requests were taken and have not completed. */
  int depth();

  /** Gives back what {@link #init} took. */
  Step<Integer> cleanup();
}
