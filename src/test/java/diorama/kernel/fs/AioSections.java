package diorama.kernel.fs;

import diorama.kernel.Era;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.data.Content;
import diorama.kernel.fs.Kioctx.ReadEvent;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.RecordingCaller;
import diorama.kernel.tracepoint.Tracepoint;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The sections of fs/aio.c without actors: a test calls them in the order it is about. */
final class AioSections {
  static final KernelProfile LINUX_2_6_20 =
      profile("linux-2.6.20", 512, EnumSet.of(Fix.WAIT_FOR_ALL_AIOS_LOCKED));
  static final KernelProfile LINUX_2_6_19 = profile("linux-2.6.19", 509, EnumSet.noneOf(Fix.class));

  /** A kernel of whose lines nobody knows. */
  static KernelProfile kernel(String name) {
    return new KernelProfile(name, Era.of(name), Map.of());
  }

  private static KernelProfile profile(String name, int line, EnumSet<Fix> fixes) {
    return new KernelProfile(
        name,
        Era.since2619(fixes),
        Map.of(
            "fs/aio.c:__aio_put_req", line,
            "fs/aio.c:__put_ioctx", 376,
            "fs/aio.c:aio_complete", 943,
            "include/linux/aio.h:put_ioctx", 224));
  }

  final List<Tracepoint> trace = new ArrayList<>();
  final List<AioWork> queued = new ArrayList<>();
  final List<KioctxActor.Command> timers = new ArrayList<>();
  final List<Long> delays = new ArrayList<>();
  final AioMemory memory;
  final Mm mm = new Mm();
  final OpenFile filp = new OpenFile(new File(null, true, true, true, false));
  final RecordingCaller<Object> process = RecordingCaller.process("aio-dio");
  final RecordingCaller<Object> interrupt = RecordingCaller.interrupt();

  AioSections(KernelProfile profile, AfterFree afterFree) {
    memory =
        new AioMemory(
            profile,
            afterFree,
            trace::add,
            nanos -> nanos / 100,
            (nanos, message) -> {
              delays.add(nanos);
              timers.add(message);
            },
            queued::add);
  }

  /** Runs a section for a caller and gives its record. */
  <R> RecordingCaller<R> run(RecordingCaller<?> who, Consumer<Caller<R>> section) {
    RecordingCaller<R> caller = who.again();
    section.accept(caller);
    return caller;
  }

  /** The answer of a section that must not block. */
  <R> R ask(Consumer<Caller<R>> section) {
    RecordingCaller<R> caller = run(process, section);
    if (!caller.oopses().isEmpty()) {
      throw new AssertionError(caller.oopses());
    }
    return caller.answers().get(0);
  }

  Address ioctx(int maxReqs) {
    return ioctx(maxReqs, mm);
  }

  Address ioctx(int maxReqs, Mm owner) {
    Address ctx = this.<Address>ask(c -> memory.ioctxs().allocKioctx(c, maxReqs, owner));
    this.<Long>ask(c -> memory.ioctxs().setupRing(c, ctx));
    this.<Boolean>ask(c -> memory.ioctxs().chargeAioNr(c, ctx));
    this.<Long>ask(c -> memory.ioctxs().linkIoctx(c, ctx));
    return ctx;
  }

  Kioctx content(Address ctx) {
    return memory.ioctxs().find(ctx).content();
  }

  /** A request that has been submitted and whose I/O is in flight: two references. */
  Kiocb submitted(Address ctx, long obj) {
    this.<Done>ask(c -> memory.filps().getFile(c, filp));
    Kiocb iocb = this.<Kiocb>ask(c -> memory.kiocbs().allocKiocb(c, ctx, filp, 4096 * obj, 4096));
    if (!this.<Boolean>ask(c -> memory.kiocbs().getReq(c, iocb, ctx))) {
      throw new AssertionError("no room");
    }
    AioRequest request =
        new AioRequest(iocb, List.of(IoVec.aligned(Content.stamped(obj, 0, 8))), null);
    this.<Done>ask(c -> memory.kiocbs().fillReq(c, request, obj, obj + 1000));
    this.<Done>ask(c -> memory.runs().runBegin(c, iocb, ctx));
    return iocb;
  }

  /** Both steps of aio_complete, in one context without a pause. */
  RecordingCaller<Boolean> complete(RecordingCaller<?> who, Kiocb iocb, long res) {
    RecordingCaller<Address> read = run(who, c -> memory.kiocbs().readKiCtx(c, iocb));
    if (!read.oopses().isEmpty()) {
      RecordingCaller<Boolean> died = who.again();
      read.oopses().forEach(died::oops);
      return died;
    }
    Address ctx = read.answers().get(0);
    return run(who, c -> memory.kiocbs().complete(c, iocb, ctx, res, 0));
  }

  /** Both steps of aio_put_req. */
  RecordingCaller<Boolean> putReq(Kiocb iocb) {
    Address ctx = this.<Address>ask(c -> memory.kiocbs().readKiCtx(c, iocb));
    return run(process, c -> memory.kiocbs().putReq(c, iocb, ctx));
  }

  /** What io_getevents takes off the ring, as long as there is something. */
  List<IoEvent> events(Address ctx) {
    List<IoEvent> events = new ArrayList<>();
    while (true) {
      ReadEvent read = this.<ReadEvent>ask(c -> memory.ioctxs().readEvt(c, ctx));
      if (read.event() == null) {
        return events;
      }
      events.add(read.event());
    }
  }

  /** The context is freed, as __put_ioctx does. */
  void free(Address ctx) {
    this.<Done>ask(c -> memory.ioctxs().freeRing(c, ctx));
    this.<Done>ask(c -> memory.ioctxs().freeKioctx(c, ctx));
  }

  List<Tracepoint> traced(String name) {
    return trace.stream().filter(t -> t.name().equals(name)).toList();
  }
}
