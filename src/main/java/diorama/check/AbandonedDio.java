package diorama.check;

import static diorama.check.TracepointName.DIO_KMALLOC;
import static diorama.check.TracepointName.DIRECT_IO_WORKER;
import static diorama.check.TracepointName.FALLBACK;
import static diorama.check.TracepointName.FINISHED_ONE_BIO;
import static diorama.check.TracepointName.IO_SCHEDULE;
import static diorama.check.TracepointName.KFREE;
import static diorama.check.TracepointName.WAKE_UP_PROCESS;

import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Nobody waits for a struct dio that nobody will wake him for, and none is left behind.
 *
 * <p>Whoever takes the count of bios to 0 and leaves the request to its submitter touches it for
 * the last time when it wakes him, or finds nobody to wake. From then on it is the submitter's: he
 * must neither go to sleep on it nor return without having freed it.
 */
public final class AbandonedDio implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "abandoned-dio";

  /** The cause of the documented ones. */
  public static final String BIO_COUNT_RACE = DioHistory.BIO_COUNT_RACE;

  /**
   * The other cause: a bio failed, and the interrupt leaves the request to a submitter who is gone.
   */
  public static final String LOST_EVENT = DioHistory.LOST_EVENT;

  /** The submitter went to sleep after he had been woken. */
  public static final String LOST_WAKE_UP = "lost-wake-up";

  /** The submitter has returned, and the dio is still allocated. */
  public static final String LEAK = "leak";

  /** What is known of a dio that was not freed. */
  private static final class Life {
    boolean zero;
    boolean leftToSubmitter;
    boolean returned;
  }

  private final Map<Subject, Life> lives = new Remembered<>(8192);
  private final Map<Context, Violation> asleep = new HashMap<>();

  @Override
  public boolean wants(String name) {
    return switch (name) {
      case DIO_KMALLOC,
          KFREE,
          FINISHED_ONE_BIO,
          FALLBACK,
          WAKE_UP_PROCESS,
          IO_SCHEDULE,
          DIRECT_IO_WORKER ->
          true;
      default -> false;
    };
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    Subject dio = event.named(Subject.Kind.DIO);
    if (dio == null) {
      return;
    }
    if (event.is(DIO_KMALLOC)) {
      lives.put(dio, new Life());
      return;
    }
    Life life = lives.get(dio);
    if (life == null) {
      return;
    }
    String variant = variant(life, dio, event);
    if (variant != null) {
      lives.remove(dio);
      Violation violation =
          new DioHistory(soFar.get(), dio).violation(ID, variant, event, Role.ABANDONED);
      if (variant.equals(LOST_WAKE_UP)) {
        asleep.put(event.context(), violation);
      }
      findings.found(violation);
    }
  }

  private @Nullable String variant(Life life, Subject dio, Event event) {
    switch (event.name()) {
      case KFREE -> lives.remove(dio);
      case FINISHED_ONE_BIO -> life.zero |= event.point().a() == 0;
      case WAKE_UP_PROCESS -> life.leftToSubmitter |= life.zero;
      case FALLBACK -> life.leftToSubmitter |= event.point().a() == 0;
      case DIRECT_IO_WORKER -> life.returned = true;
      default -> {
        return life.leftToSubmitter ? LOST_WAKE_UP : null;
      }
    }
    return life.leftToSubmitter && life.returned ? LEAK : null;
  }

  /** Who waits for ever is reported as hung in the end. */
  @Override
  public boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    Violation cause =
        report.kind() == KernelReport.Kind.HUNG_TASK ? asleep.remove(report.context()) : null;
    if (cause == null) {
      return false;
    }
    findings.explained(cause, cause.with(report));
    return true;
  }
}
