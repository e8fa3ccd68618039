package diorama.check;

import static diorama.check.TracepointName.USE_AFTER_FREE;

import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Nobody uses a struct dio or iomap_dio that was freed.
 *
 * <p>One look is left out: that of direct_io_worker at is_async after it has given back its
 * reference, from 5eb6c7a2 to fcb82f88. It changes nothing unless another request lives there, and
 * then it is a BUG() that is reported as such.
 */
public final class DioUseAfterFree implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "dio-use-after-free";

  /** The cause of the documented ones. */
  public static final String BIO_COUNT_RACE = DioHistory.BIO_COUNT_RACE;

  /** The cause in iomap: the submitter asks a dio whether to wait that he has given back. */
  public static final String WAIT_AFTER_PUT = DioHistory.WAIT_AFTER_PUT;

  /** The interrupt that gave back the last count goes on with what the submitter has freed. */
  public static final String IN_INTERRUPT = "use-after-free-in-interrupt";

  /** The submitter asks a freed dio whether it has to wait. */
  public static final String READ_AFTER_FREE = "read-after-free";

  private static final String HARMLESS_LOOK = "dio->is_async";

  private final Map<Subject, Boolean> told = new Remembered<>(1024);
  private final Map<Context, Violation> last = new HashMap<>();

  @Override
  public boolean wants(String name) {
    return name.equals(USE_AFTER_FREE);
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    Subject dio = event.subject();
    if (dio == null
        || dio.kind() != Subject.Kind.DIO
        || event.point().detail().startsWith(HARMLESS_LOOK)
        || told.put(dio, true) != null) {
      return;
    }
    String variant = event.context().inInterrupt() ? IN_INTERRUPT : READ_AFTER_FREE;
    Violation violation =
        new DioHistory(soFar.get(), dio).violation(ID, variant, event, Role.USED_AFTER_FREE);
    last.put(event.context(), violation);
    findings.found(violation);
  }

  /** The context that has used it dies of it, or never comes back. */
  @Override
  public boolean see(KernelReport report, Supplier<History> soFar, Findings findings) {
    Violation cause = last.get(report.context());
    boolean follows =
        switch (report.kind()) {
          case OOPS, PANIC, HUNG_TASK ->
              report.callTrace().contains("direct_io_worker")
                  || report.callTrace().contains("iomap_dio_rw")
                  || report.callTrace().contains("finished_one_bio");
          default -> false;
        };
    if (cause == null || !follows) {
      return false;
    }
    last.remove(report.context());
    findings.explained(cause, cause.with(report));
    return true;
  }
}
