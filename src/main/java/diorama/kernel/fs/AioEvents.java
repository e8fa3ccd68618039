package diorama.kernel.fs;

import static diorama.kernel.sched.Step.current;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;
import static diorama.kernel.sched.Step.when;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.fs.Kioctx.Outcome;
import diorama.kernel.fs.Kioctx.ReadEvent;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** fs/aio.c: one call of {@code read_events} with its locals. */
final class AioEvents {
  private final Host host;
  private final AioRunIocb running;
  private final ActorRef<KioctxActor.Command> kioctxs;
  private final Address ctx;
  private final UserAccess access;
  private final List<IoEvent> events = new ArrayList<>();
  private long ret;

  /** A call that has read nothing yet. */
  AioEvents(
      Host host,
      AioRunIocb running,
      ActorRef<KioctxActor.Command> kioctxs,
      Address ctx,
      UserAccess access) {
    this.host = host;
    this.running = running;
    this.kioctxs = kioctxs;
    this.ctx = ctx;
    this.access = access;
  }

  /**
   * {@code read_events}, aio.c:1089 (2.6.20): takes what is there; if that is too little, runs
   * pending retries once, and sleeps until there is enough, time is up or a signal comes. A fault
   * before it slept hides the events that came before it; after a sleep they count.
   */
  Step<EventsRead> readEvents(long minNr, long nr, @Nullable Duration timeout) {
    return function(
        "read_events",
        () ->
            readWhatIsThere(nr)
                .then(() -> when(wantsMore(minNr), () -> runRetries(nr)))
                .then(
                    () ->
                        wantsMore(minNr)
                            ? sleepForMore(minNr, nr, timeout).map(x -> eventsOr(ret))
                            : done(minNr <= events.size() ? eventsOr(0) : EventsRead.error(ret))));
  }

  private boolean wantsMore(long minNr) {
    return events.size() < minNr && ret == 0;
  }

  private EventsRead eventsOr(long result) {
    return new EventsRead(events.isEmpty() ? result : events.size(), List.copyOf(events));
  }

  private Step<Boolean> readWhatIsThere(long nr) {
    return loop(() ->
            events.size() >= nr
                ? done(false)
                : AioEventsCall.readEvt(kioctxs, ctx)
                    .map(e -> e.outcome() == Outcome.EVENT && copyToUser(e)))
        .map(x -> true);
  }

  private Step<Boolean> runRetries(long nr) {
    return AioRunCall.runListIsEmpty(kioctxs, ctx)
        .then(
            empty ->
                empty ? done(true) : running.aioRunAllIocbs(ctx).then(() -> readWhatIsThere(nr)));
  }

  private Step<Boolean> sleepForMore(long minNr, long nr, @Nullable Duration timeout) {
    if (timeout == null) {
      return sleepLoop(minNr, nr, null);
    }
    long nanos = timeout.isZero() || timeout.isNegative() ? 0 : host.timers().scaled(timeout);
    return AioEventsCall.setTimeout(kioctxs, nanos)
        .then(
            timer ->
                sleepLoop(minNr, nr, timer)
                    .alsoDo(() -> AioEventsCall.clearTimeout(kioctxs, timer)));
  }

  private Step<Boolean> sleepLoop(long minNr, long nr, @Nullable AioTimeout timer) {
    return loop(() ->
            events.size() >= nr
                ? done(false)
                : AioEventsCall.readEvtOrSleep(kioctxs, ctx, minNr <= events.size(), timer)
                    .then(e -> current(c -> done(goesOn(c, e)))))
        .map(x -> true);
  }

  /** The signal is looked at after each sleep, before the event that may have ended it. */
  private boolean goesOn(Context current, ReadEvent read) {
    return switch (read.outcome()) {
      case EVENT -> copyToUser(read);
      case EMPTY -> false;
      case WOKEN -> current.pendingSignal() == 0 || fails(-Errno.EINTR);
      case SIGNAL -> fails(-Errno.EINTR);
    };
  }

  /** The event is off the ring already: if the copy faults, it is lost. */
  private boolean copyToUser(ReadEvent read) {
    if (access != UserAccess.ALL) {
      return fails(-Errno.EFAULT);
    }
    events.add(java.util.Objects.requireNonNull(read.event()));
    return true;
  }

  private boolean fails(long errno) {
    ret = errno;
    return false;
  }
}
