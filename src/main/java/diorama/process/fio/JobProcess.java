package diorama.process.fio;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.forEach;
import static diorama.kernel.sched.Step.loop;
import static diorama.kernel.sched.Step.when;

import diorama.kernel.Errno;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Signals;
import diorama.kernel.sched.Step;
import diorama.process.Environment;
import diorama.process.OpenFlag;
import diorama.process.Operation;
import diorama.process.ProgramLog;
import diorama.process.Strerror;
import diorama.process.SystemCallInterface;
import diorama.process.fio.JobOptions.Engine;
import diorama.process.fio.Request.Completed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** One process of a job, fio's {@code thread_main} and {@code do_io}: a file, an engine, a loop. */
final class JobProcess {
  private final JobOptions options;
  private final SystemCallInterface sys;
  private final LongSupplier stamps;
  private final ProgramLog log;
  private final String file;
  private final int fd;
  private final IoEngine engine;
  private final Offsets offsets;
  private final String readOperation;
  private final String writeOperation;
  private final ArrayDeque<IoUnit> remainders = new ArrayDeque<>();
  private final Map<IoUnit, Long> written = new LinkedHashMap<>();

  private boolean verifying;
  private boolean terminate;
  private int issued;
  private int writes;
  private int loopsDone;
  private long errors;

  private JobProcess(
      JobOptions options, int number, int fd, SystemCallInterface sys, Environment environment) {
    this.file = options.file(number);
    boolean aio = options.ioengine() == Engine.LIBAIO;
    Chance chance =
        environment.chance().apply("fio " + options.name() + " " + file + " " + options.randseed());
    this.options = options;
    this.sys = sys;
    this.stamps = environment.stamps().of(number + 1);
    this.log = environment.log();
    this.fd = fd;
    this.engine = aio ? new LibaioEngine(sys, fd, log, options) : new PsyncEngine(sys, fd);
    this.offsets = new Offsets(options, chance);
    this.readOperation = Operation.name(aio, options.direct(), false);
    this.writeOperation = Operation.name(aio, options.direct(), true);
  }

  /** Does the job; 1 if there was an error, else 0. */
  static Step<Integer> run(
      JobOptions options, int number, SystemCallInterface sys, Environment environment) {
    String file = options.file(number);
    return sys.open(file, flags(options))
        .then(
            fd -> {
              if (fd < 0) {
                environment.log().message("fio: open(%s): %s".formatted(file, Strerror.of(-fd)));
                return done(1);
              }
              return new JobProcess(options, number, fd, sys, environment).threadMain();
            });
  }

  private static OpenFlag[] flags(JobOptions options) {
    List<OpenFlag> flags = new ArrayList<>();
    if (options.rw().writes()) {
      flags.add(OpenFlag.O_RDWR);
      flags.add(OpenFlag.O_CREAT);
    } else {
      flags.add(OpenFlag.O_RDONLY);
    }
    if (options.direct()) {
      flags.add(OpenFlag.O_DIRECT);
    }
    if (options.sync()) {
      flags.add(OpenFlag.O_SYNC);
    }
    return flags.toArray(OpenFlag[]::new);
  }

  private Step<Integer> threadMain() {
    return engine
        .init()
        .then(ret -> ret < 0 ? failed("io_setup", ret) : startTimer().then(this::allLoops))
        .then(() -> sys.close(fd))
        .map(x -> errors == 0 ? 0 : 1);
  }

  private Step<Done> startTimer() {
    return when(
        !options.runtime().isZero(),
        () ->
            sys.sigaction(Signals.SIGALRM, () -> terminate = true)
                .then(() -> sys.setitimer(options.runtime())));
  }

  private Step<Done> allLoops() {
    return loop(() -> oneLoop().map(x -> anotherLoop())).then(engine::cleanup).map(x -> Done.DONE);
  }

  private boolean anotherLoop() {
    loopsDone++;
    return !stopped() && (options.timeBased() || loopsDone < options.loops());
  }

  private boolean stopped() {
    return terminate || (options.numberIos() > 0 && issued >= options.numberIos());
  }

  private Step<Done> oneLoop() {
    offsets.restart();
    written.clear();
    return doIo()
        .then(() -> when(options.endFsync() && options.rw().writes(), () -> sync(false)))
        .then(() -> when(options.verify() && !terminate, this::doVerify));
  }

  private Step<Done> doIo() {
    return loop(this::issueOne).then(this::quiesce);
  }

  private Step<Boolean> issueOne() {
    if (terminate) {
      return done(false);
    }
    IoUnit remainder = remainders.poll();
    IoUnit unit = remainder != null || stopped() ? remainder : offsets.next();
    if (unit == null) {
      return done(false);
    }
    if (remainder == null) {
      issued++;
    }
    return queue(unit.write() ? Request.write(unit, stamps.getAsLong()) : Request.read(unit, 0))
        .then(() -> when(unit.write(), this::syncWhenDue))
        .then(this::think)
        .map(x -> true);
  }

  private Step<Done> queue(Request request) {
    log.operation(request.unit().write() ? writeOperation : readOperation, 1);
    return engine.queue(request).then(this::account).then(this::waitForRoom);
  }

  private Step<Done> waitForRoom() {
    boolean full = engine.depth() >= options.iodepth();
    if (full) {
      return reap(Math.max(1, options.iodepthBatchCompleteMin()));
    }
    return when(options.iodepthBatchCompleteMin() == 0 && engine.depth() > 0, () -> reap(0));
  }

  private Step<Done> reap(int min) {
    return engine.getevents(min).then(this::account);
  }

  /** Everything in flight ends. */
  private Step<Done> quiesce() {
    return loop(() -> engine.depth() == 0 ? done(false) : reap(engine.depth()).map(x -> true));
  }

  private Step<Done> syncWhenDue() {
    writes++;
    boolean fsync = options.fsync() > 0 && writes % options.fsync() == 0;
    boolean fdatasync = options.fdatasync() > 0 && writes % options.fdatasync() == 0;
    return when(fsync || fdatasync, () -> quiesce().then(() -> sync(!fsync)));
  }

  private Step<Done> sync(boolean dataOnly) {
    log.operation(Operation.FSYNC, 1);
    return (dataOnly ? sys.fdatasync(fd) : sys.fsync(fd))
        .then(ret -> when(ret < 0, () -> failed(dataOnly ? "fdatasync" : "fsync", ret)));
  }

  private Step<Done> think() {
    return when(
        !options.thinktime().isZero(),
        () -> quiesce().then(() -> sys.nanosleep(options.thinktime())));
  }

  private Step<Done> failed(String call, long ret) {
    log.message("fio: %s(%s): %s".formatted(call, file, Strerror.of(-ret)));
    errors++;
    terminate |= !options.goesOnAfter(true);
    return done();
  }

  private Step<Done> account(List<Completed> completed) {
    for (Completed c : completed) {
      account(c.request(), c.res());
    }
    return done();
  }

  private void account(Request request, long res) {
    IoUnit unit = request.unit();
    if (res < 0) {
      ioError(unit, -res);
    } else if (res < unit.length()) {
      shortTransfer(unit, res);
    } else if (verifying) {
      check(request);
    } else if (unit.write() && options.verify()) {
      written.remove(unit);
      written.put(unit, request.stamp());
    }
  }

  private void ioError(IoUnit unit, long errno) {
    log.message(
        "fio: io_u error on file %s: %s: %s offset=%d, buflen=%d"
            .formatted(
                file,
                Strerror.of(errno),
                unit.write() ? "write" : "read",
                unit.offset(),
                unit.length()));
    errors++;
    terminate |= !options.goesOnAfter(unit.write());
  }

  /**
   * A synchronous request goes on with what is left of it, and fails if nothing was transferred; an
   * asynchronous one is left at that, as fio does.
   */
  private void shortTransfer(IoUnit unit, long res) {
    log.operation("short-" + (unit.write() ? writeOperation : readOperation), 1);
    if (options.ioengine() != Engine.LIBAIO && !verifying) {
      if (res == 0) {
        ioError(unit, Errno.EIO);
      } else {
        remainders.add(unit.after(res));
      }
    }
  }

  private Step<Done> doVerify() {
    verifying = true;
    List<Request> reads = new ArrayList<>();
    written.forEach(
        (unit, stamp) ->
            reads.add(Request.read(new IoUnit(false, unit.offset(), unit.length()), stamp)));
    return forEach(reads, this::queueVerify)
        .then(this::quiesce)
        .map(
            x -> {
              verifying = false;
              return x;
            });
  }

  private Step<Done> queueVerify(Request read) {
    return when(!terminate, () -> queue(read));
  }

  private void check(Request read) {
    if (!read.foundWhatWasWritten()) {
      IoUnit unit = read.unit();
      log.message(
          "verify: bad data at file %s offset %d, length %d"
              .formatted(file, unit.offset(), unit.length()));
      errors++;
      terminate |= !options.goesOnAfterBadData();
    }
  }
}
