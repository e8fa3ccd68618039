package diorama.kernel.fs;

import static diorama.kernel.sched.Step.done;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.mm.WritebackErrors;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import java.util.EnumSet;

/** What is said of a page that could not be dropped for a direct write, or after it (4.14). */
public final class StalePagecache {
  /** The places that say it, each with a WARN_ON_ONCE of its own up to 4.15. */
  public enum Place {
    DIO_COMPLETE("fs/direct-io.c", "dio_complete"),
    IOMAP_DIO_RW("fs/iomap.c", "iomap_dio_rw"),
    IOMAP_DIO_COMPLETE("fs/iomap.c", "iomap_dio_complete");

    private final String file;
    private final String function;

    Place(String file, String function) {
      this.file = file;
      this.function = function;
    }
  }

  private final Host host;
  private final KernelProfile profile;
  private final ActorRef<Command> statics;

  /**
   * The reports of this kernel version.
   *
   * @param statics the {@link #statics} of its machine
   */
  public StalePagecache(Host host, KernelProfile profile, ActorRef<Command> statics) {
    this.host = host;
    this.profile = profile;
    this.statics = statics;
  }

  /** The static variables of fs/direct-io.c, as they are after boot. */
  public static Behavior<Command> statics() {
    return ObjectActor.of(new Statics());
  }

  /** {@code __warned} of the WARN_ON_ONCE, and {@code _rs} of dio_warn_stale_pagecache. */
  public static final class Statics {
    /** {@code DEFAULT_RATELIMIT_BURST}: so many in a day, which is longer than any run. */
    private static final int BURST = 10;

    private final EnumSet<Place> warned = EnumSet.noneOf(Place.class);
    private int printed;

    private Statics() {}
  }

  /** What the static variables are asked. */
  public sealed interface Command extends Request<Statics> {}

  record WarnOnce(Caller<Boolean> caller, Place place) implements Command {
    @Override
    public void execute(Statics s) {
      caller.answer(s.warned.add(place));
    }
  }

  record Ratelimit(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(Statics s) {
      caller.answer(s.printed < Statics.BURST);
      s.printed++;
    }
  }

  /** A page of the file stays: the user is told of it in one way or the other. */
  public Step<Done> report(File filp, Place place) {
    if (profile.fixed(Fix.DIO_STALE_PAGECACHE_REPORTED)) {
      return dioWarnStalePagecache(filp);
    }
    return Step.<Command, Boolean>call(statics, c -> new WarnOnce(c, place))
        .then(
            first ->
                first
                    ? Step.warn(place.file, profile.line(place.file, place.function))
                    : Step.<Done>done(Done.DONE));
  }

  /** {@code dio_warn_stale_pagecache}, fs/direct-io.c (4.16). */
  private Step<Done> dioWarnStalePagecache(File filp) {
    return Step.function(
        "dio_warn_stale_pagecache",
        () ->
            WritebackErrors.setWbErr(filp.inode())
                .then(() -> Step.<Command, Boolean>call(statics, Ratelimit::new))
                .then(prints -> prints ? print(filp) : done()));
  }

  private Step<Done> print(File filp) {
    return Step.current(
        c -> {
          host.printk(
              c,
              "Page cache invalidation failure on direct I/O.  Possible data corruption due to"
                  + " collision with buffered I/O!");
          host.printk(
              c, "File: " + filp.path() + " PID: " + c.pid() + " Comm: " + limited(c.comm()));
          return done();
        });
  }

  /** {@code %.20s}. */
  private static String limited(String comm) {
    return comm.substring(0, Math.min(20, comm.length()));
  }
}
