package diorama.kernel.fs.jbd;

import akka.actor.typed.Behavior;
import diorama.kernel.sched.KernelTimers;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.tracepoint.Tracer;

/**
 * The actor of a {@link Journal}. Its protocol stands with the subject that each request is about.
 *
 * <p>A request that says that it is for the holder of a lock runs at once; any other takes the
 * locks that it needs for as long as it runs, and waits while a context holds them across calls.
 */
public final class JournalActor {
  private JournalActor() {}

  /** An empty journal. */
  public static Behavior<Command> create(
      JournalSettings settings, Tracer tracer, KernelTimers timers) {
    long interval = timers.scaled(settings.commitInterval());
    return ObjectActor.withTimer(
        timer ->
            new Journal(settings, tracer, tid -> timer.after(interval, new CommitTimeout(tid))));
  }

  /** What a journal is asked. */
  public sealed interface Command extends Request<Journal>
      permits TransactionRequest,
          LockRequest,
          HeadRequest,
          BufferRequest,
          CheckpointRequest,
          Jbd2Request,
          CommitTimeout {}

  /** {@code commit_timeout}: j_commit_timer has fired for a transaction. */
  record CommitTimeout(int tid) implements Command {
    @Override
    public void execute(Journal journal) {
      journal.commitTimeout(tid);
    }
  }
}
