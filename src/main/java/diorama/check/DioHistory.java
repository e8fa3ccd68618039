package diorama.check;

import static diorama.check.TracepointName.DIO_KMALLOC;

import diorama.check.Witness.Role;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a history tells of one incarnation of a struct dio. */
record DioHistory(History history, Subject dio) {
  /** The cause: bio_count is given back without the lock under which the dio is used and freed. */
  static final String BIO_COUNT_RACE = "bio-count-race";

  /** The cause: a bio's error stands where the count of bytes belongs. */
  static final String LOST_EVENT = "lost-event-on-error";

  /** The cause: iomap_dio_rw looks into the dio after it has given back its reference. */
  static final String WAIT_AFTER_PUT = "iomap-wait-after-put";

  /** When it was allocated; null if that has left the recorder. */
  @Nullable Event allocated() {
    return first(DIO_KMALLOC);
  }

  /** When somebody took its count of bios to 0 without holding a lock, or null. */
  @Nullable Event unlockedZero() {
    return history.last(
        e ->
            e.is(TracepointName.FINISHED_ONE_BIO) && e.point().a() == 0 && dio.equals(e.subject()));
  }

  /** When it was freed, or null. */
  @Nullable Event freed() {
    return first(TracepointName.KFREE);
  }

  private boolean failed() {
    return first(TracepointName.BIO_FAILED) != null;
  }

  private @Nullable Event first(String name) {
    return history.first(e -> e.is(name) && dio.equals(e.subject()));
  }

  private String cause(@Nullable Event zero, Event decisive) {
    if (decisive.point().detail().startsWith("dio->wait_for_completion")) {
      return WAIT_AFTER_PUT;
    }
    return zero != null ? BIO_COUNT_RACE : failed() ? LOST_EVENT : Violation.UNKNOWN;
  }

  /** A violation that hangs on the last of these witnesses. */
  Violation violation(String id, String variant, Event decisive, Role role) {
    List<Witness> witnesses = new ArrayList<>();
    Witness.addIfSeen(witnesses, Role.ALLOCATED, allocated());
    Event zero = unlockedZero();
    Witness.addIfSeen(witnesses, Role.LAST_COUNT, zero);
    Witness.addIfSeen(witnesses, Role.FREED, freed());
    witnesses.add(Witness.of(role, decisive));
    return new Violation(
        id, cause(zero, decisive), variant, decisive.sequence(), decisive.nanos(), witnesses, null);
  }
}
