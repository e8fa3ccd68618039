package diorama.kernel.sched;

import java.util.ArrayList;
import java.util.List;

/** A context for component tests: it remembers what an object answered. */
public final class RecordingCaller<R> implements Caller<R> {
  private final Context context;
  private final List<R> answers = new ArrayList<>();
  private final List<Oops> oopses = new ArrayList<>();
  private int wakeups;

  private RecordingCaller(Context context) {
    this.context = context;
  }

  /** A process that calls. */
  public static <R> RecordingCaller<R> process(String comm) {
    return new RecordingCaller<>(new Context(Context.Kind.PROCESS, comm, 100));
  }

  /** An interrupt that calls. */
  public static <R> RecordingCaller<R> interrupt() {
    return new RecordingCaller<>(new Context(Context.Kind.INTERRUPT, "irq", 0));
  }

  /** The same context in another call. */
  public <U> RecordingCaller<U> again() {
    return new RecordingCaller<>(context);
  }

  @Override
  public Context context() {
    return context;
  }

  @Override
  public void answer(R value) {
    answers.add(value);
  }

  @Override
  public void wake(R value) {
    answers.add(value);
    wakeups++;
  }

  @Override
  public void oops(Oops oops) {
    oopses.add(oops);
  }

  /** All answers, oldest first; more than one is a defect of the object. */
  public List<R> answers() {
    return answers;
  }

  /** Whether the call has returned. */
  public boolean isAnswered() {
    return !answers.isEmpty();
  }

  /** How many of the answers woke a sleeper. */
  public int wakeups() {
    return wakeups;
  }

  /** What killed the caller. */
  public List<Oops> oopses() {
    return oopses;
  }
}
