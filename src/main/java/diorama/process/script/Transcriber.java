package diorama.process.script;

import static diorama.kernel.sched.Step.done;
import static java.util.Objects.requireNonNull;

import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.WaitResult;
import diorama.process.Iocb;
import diorama.process.OpenFlag;
import diorama.process.SystemCallInterface;
import diorama.process.script.AioCall.IoCancel;
import diorama.process.script.AioCall.IoDestroy;
import diorama.process.script.AioCall.IoGetevents;
import diorama.process.script.AioCall.IoSetup;
import diorama.process.script.AioCall.IoSubmit;
import diorama.process.script.AioCall.Request;
import diorama.process.script.FileCall.Action;
import diorama.process.script.FileCall.Form;
import diorama.process.script.FileCall.OnFile;
import diorama.process.script.FileCall.Open;
import diorama.process.script.FileCall.Transfer;
import diorama.process.script.MemoryCall.Load;
import diorama.process.script.MemoryCall.Mmap;
import diorama.process.script.MemoryCall.OnMapping;
import diorama.process.script.MemoryCall.Store;
import diorama.process.script.ProcessCall.Alarm;
import diorama.process.script.ProcessCall.Exit;
import diorama.process.script.ProcessCall.Fork;
import diorama.process.script.ProcessCall.Kill;
import diorama.process.script.ProcessCall.Nanosleep;
import diorama.process.script.ProcessCall.Setitimer;
import diorama.process.script.ProcessCall.Sigaction;
import diorama.process.script.ProcessCall.Waitpid;
import diorama.process.script.Ref.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process's system calls, written down on the way.
 *
 * <p>A call with a number that no call returned, which only fails, is not written down.
 */
final class Transcriber implements SystemCallInterface {
  private final SystemCallInterface sys;
  private final CallLog log;
  private final Numbers numbers;

  Transcriber(SystemCallInterface sys, CallLog log, Numbers numbers) {
    this.sys = sys;
    this.log = log;
    this.numbers = numbers;
  }

  /** Writes down when the step runs, not when the program makes it. */
  private static <T> Step<T> whenItRuns(Supplier<Step<T>> call) {
    return done().then(call);
  }

  private <T> Step<T> noted(Call call, Supplier<Step<T>> made) {
    return whenItRuns(
        () -> {
          log.add(call);
          return made.get();
        });
  }

  /** A call that uses one number. */
  private <T> Step<T> using(
      Kind kind, long number, Function<Ref, Call> call, Supplier<Step<T>> made) {
    return whenItRuns(
        () -> {
          Ref ref = numbers.find(kind, number);
          if (ref != null) {
            log.add(call.apply(ref));
          }
          return made.get();
        });
  }

  /** A call that uses one number, which then stands for nothing any more. */
  private Step<Integer> ending(
      Kind kind, long number, Function<Ref, Call> call, Supplier<Step<Integer>> made) {
    return using(
        kind,
        number,
        call,
        () -> {
          Ref ref = numbers.forget(kind, number);
          if (ref != null) {
            log.ended(ref);
          }
          return made.get();
        });
  }

  /** A call that returns a number. */
  private <N extends Number> Step<N> making(
      Kind kind, Function<Ref, Call> call, Supplier<Step<N>> made) {
    return whenItRuns(
        () -> {
          Ref ref = numbers.make(kind);
          log.add(call.apply(ref));
          return made.get().map(number -> bound(ref, number));
        });
  }

  private <N extends Number> N bound(Ref ref, N number) {
    numbers.bind(ref, number.longValue());
    return number;
  }

  // ---- files ----

  @Override
  public Step<Integer> open(String path, OpenFlag... flags) {
    return making(Kind.FD, fd -> new Open(fd, path, List.of(flags)), () -> sys.open(path, flags));
  }

  @Override
  public Step<Integer> close(int fd) {
    return ending(Kind.FD, fd, r -> new OnFile(Action.CLOSE, r), () -> sys.close(fd));
  }

  private Transfer write(Form form, Ref fd, IoVec source, long offset) {
    Place place = source.isMapped() ? numbers.place(source.base()) : null;
    UserBuffer buffer = place == null ? UserBuffer.of(source) : UserBuffer.at(place);
    return new Transfer(form, fd, buffer, source.length(), offset);
  }

  private static Transfer read(Form form, Ref fd, ReadBuffer target, long offset) {
    return new Transfer(form, fd, UserBuffer.of(target), target.length(), offset);
  }

  @Override
  public Step<Long> read(int fd, ReadBuffer target) {
    return using(Kind.FD, fd, r -> read(Form.READ, r, target, 0), () -> sys.read(fd, target));
  }

  @Override
  public Step<Long> write(int fd, IoVec source) {
    return using(Kind.FD, fd, r -> write(Form.WRITE, r, source, 0), () -> sys.write(fd, source));
  }

  @Override
  public Step<Long> pread(int fd, ReadBuffer target, long offset) {
    return using(
        Kind.FD, fd, r -> read(Form.PREAD, r, target, offset), () -> sys.pread(fd, target, offset));
  }

  @Override
  public Step<Long> pwrite(int fd, IoVec source, long offset) {
    return using(
        Kind.FD,
        fd,
        r -> write(Form.PWRITE, r, source, offset),
        () -> sys.pwrite(fd, source, offset));
  }

  @Override
  public Step<Integer> fsync(int fd) {
    return using(Kind.FD, fd, r -> new OnFile(Action.FSYNC, r), () -> sys.fsync(fd));
  }

  @Override
  public Step<Integer> fdatasync(int fd) {
    return using(Kind.FD, fd, r -> new OnFile(Action.FDATASYNC, r), () -> sys.fdatasync(fd));
  }

  @Override
  public Step<Long> fileSize(int fd) {
    return using(Kind.FD, fd, r -> new OnFile(Action.FSTAT, r), () -> sys.fileSize(fd));
  }

  // ---- memory ----

  @Override
  public Step<Long> mmap(int fd, long length, long offset) {
    return whenItRuns(
        () -> {
          Ref file = numbers.find(Kind.FD, fd);
          return file == null
              ? sys.mmap(fd, length, offset)
              : making(
                  Kind.MAP,
                  map -> new Mmap(map, file, length, offset),
                  () -> sys.mmap(fd, length, offset));
        });
  }

  @Override
  public Step<Integer> munmap(long address, long length) {
    return ending(
        Kind.MAP,
        address,
        map -> new OnMapping(MemoryCall.Action.MUNMAP, map, length),
        () -> sys.munmap(address, length));
  }

  @Override
  public Step<Integer> msync(long address, long length) {
    return using(
        Kind.MAP,
        address,
        map -> new OnMapping(MemoryCall.Action.MSYNC, map, length),
        () -> sys.msync(address, length));
  }

  @Override
  public Step<Long> load(long address, ReadBuffer target) {
    return at(address, place -> new Load(place, target.length()), () -> sys.load(address, target));
  }

  @Override
  public Step<Long> store(long address, IoVec source) {
    return at(
        address, place -> new Store(place, source.length()), () -> sys.store(address, source));
  }

  private Step<Long> at(long address, Function<Place, Call> call, Supplier<Step<Long>> made) {
    return whenItRuns(
        () -> {
          Place place = numbers.place(address);
          if (place != null) {
            log.add(call.apply(place));
          }
          return made.get();
        });
  }

  /** What threads tell each other is not written down: a script does the same calls without it. */
  @Override
  public Step<Long> loadWord(int word) {
    return sys.loadWord(word);
  }

  @Override
  public Step<Done> storeWord(int word, long value) {
    return sys.storeWord(word, value);
  }

  // ---- asynchronous I/O ----

  @Override
  public Step<Long> ioSetup(int maxEvents) {
    return making(Kind.CTX, ctx -> new IoSetup(ctx, maxEvents), () -> sys.ioSetup(maxEvents));
  }

  @Override
  public Step<Integer> ioSubmit(long context, List<Iocb> iocbs) {
    return whenItRuns(
        () -> {
          Ref ctx = numbers.find(Kind.CTX, context);
          List<Request> requests = requests(iocbs);
          if (ctx != null && !requests.isEmpty()) {
            log.add(new IoSubmit(ctx, requests));
          }
          return sys.ioSubmit(context, iocbs);
        });
  }

  private List<Request> requests(List<Iocb> iocbs) {
    List<Request> requests = new ArrayList<>(iocbs.size());
    for (Iocb iocb : iocbs) {
      Ref fd = numbers.find(Kind.FD, iocb.fd());
      if (fd != null) {
        requests.add(new Request(numbers.request(iocb.data()), transfer(fd, iocb)));
      }
    }
    return requests;
  }

  private Transfer transfer(Ref fd, Iocb iocb) {
    IoVec source = iocb.source();
    return source != null
        ? write(Form.PWRITE, fd, source, iocb.offset())
        : read(Form.PREAD, fd, requireNonNull(iocb.target()), iocb.offset());
  }

  @Override
  public Step<EventsRead> ioGetevents(long context, int min, int max) {
    return using(
        Kind.CTX,
        context,
        ctx -> new IoGetevents(ctx, min, max, null),
        () -> sys.ioGetevents(context, min, max));
  }

  @Override
  public Step<EventsRead> ioGetevents(long context, int min, int max, Duration timeout) {
    return using(
        Kind.CTX,
        context,
        ctx -> new IoGetevents(ctx, min, max, timeout),
        () -> sys.ioGetevents(context, min, max, timeout));
  }

  @Override
  public Step<Integer> ioCancel(long context, Iocb iocb) {
    return whenItRuns(
        () -> {
          Ref ctx = numbers.find(Kind.CTX, context);
          Ref request = numbers.find(Kind.IOCB, iocb.data());
          if (ctx != null && request != null) {
            log.add(new IoCancel(ctx, request));
          }
          return sys.ioCancel(context, iocb);
        });
  }

  @Override
  public Step<Integer> ioDestroy(long context) {
    return ending(Kind.CTX, context, IoDestroy::new, () -> sys.ioDestroy(context));
  }

  // ---- processes ----

  /** How a child is made. */
  private interface Forking {
    Step<Integer> fork(String comm, Function<SystemCallInterface, Step<Integer>> main);
  }

  private Step<Integer> forked(
      String comm,
      boolean thread,
      Function<SystemCallInterface, Step<Integer>> main,
      Forking forking) {
    return whenItRuns(
        () -> {
          Ref pid = numbers.make(Kind.PID);
          CallLog child = log.fork(new Fork(pid, thread, new ScriptProcess(comm, List.of())));
          Numbers inherited = numbers.copy();
          return forking
              .fork(comm, its -> main.apply(new Transcriber(its, child, inherited)))
              .map(number -> bound(pid, number));
        });
  }

  @Override
  public Step<Integer> fork(String comm, Function<SystemCallInterface, Step<Integer>> main) {
    return forked(comm, false, main, sys::fork);
  }

  @Override
  public Step<Integer> clone(String comm, Function<SystemCallInterface, Step<Integer>> main) {
    return forked(comm, true, main, sys::clone);
  }

  @Override
  public Step<WaitResult> waitpid(int pid) {
    return whenItRuns(
        () -> {
          @Nullable Ref child = pid == -1 ? null : numbers.find(Kind.PID, pid);
          if (pid == -1 || child != null) {
            log.add(new Waitpid(child));
          }
          return sys.waitpid(pid).map(this::reaped);
        });
  }

  private WaitResult reaped(WaitResult result) {
    Ref child = numbers.forget(Kind.PID, result.pid());
    if (child != null) {
      log.ended(child);
    }
    return result;
  }

  @Override
  public Step<Integer> kill(int pid, int signal) {
    return using(Kind.PID, pid, child -> new Kill(child, signal), () -> sys.kill(pid, signal));
  }

  @Override
  public Step<Done> sigaction(int signal, Runnable handler) {
    return noted(new Sigaction(signal), () -> sys.sigaction(signal, handler));
  }

  @Override
  public Step<Integer> alarm(int seconds) {
    return noted(new Alarm(seconds), () -> sys.alarm(seconds));
  }

  @Override
  public Step<Integer> setitimer(Duration interval) {
    return noted(new Setitimer(interval), () -> sys.setitimer(interval));
  }

  @Override
  public Step<Integer> nanosleep(Duration time) {
    return noted(new Nanosleep(time), () -> sys.nanosleep(time));
  }

  @Override
  public <T> Step<T> exit(int code) {
    return noted(new Exit(code), () -> sys.exit(code));
  }
}
