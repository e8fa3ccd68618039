package diorama.kernel.fs;

import diorama.kernel.sched.Caller;
import org.jspecify.annotations.Nullable;

/** {@code struct aio_timeout}: the timer of one io_getevents call. */
final class AioTimeout {
  boolean timedOut;
  boolean cleared;

  /** Who sleeps, and where, while it sleeps. */
  @Nullable Caller<Kioctx.ReadEvent> sleeper;

  @Nullable Kioctx sleepsIn;
}
