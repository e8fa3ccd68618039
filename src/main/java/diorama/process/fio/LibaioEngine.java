package diorama.process.fio;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Errno;
import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.IoEvent;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.process.Iocb;
import diorama.process.ProgramLog;
import diorama.process.SystemCallInterface;
import diorama.process.fio.Request.Completed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * {@code ioengine=libaio}: io_submit in batches, io_getevents.
 *
 * <p>-EAGAIN from io_submit ends a submission for now when requests are in flight, because reaping
 * them makes room; with none in flight it is tried again for about as long as fio does. An event
 * that belongs to no request, as a kernel that completes one twice makes them, is only told of.
 */
final class LibaioEngine implements IoEngine {
  private static final Duration RETRY = Duration.ofMillis(1);
  private static final int RETRIES = 30_000;

  private final SystemCallInterface sys;
  private final int fd;
  private final ProgramLog log;
  private final int iodepth;
  private final int batch;
  private final TreeMap<Long, Request> taken = new TreeMap<>();
  private final ArrayList<Iocb> queued = new ArrayList<>();
  private final ArrayList<Completed> refused = new ArrayList<>();
  private long context;
  private long lastData;
  private int retries;

  LibaioEngine(SystemCallInterface sys, int fd, ProgramLog log, JobOptions options) {
    this.sys = sys;
    this.log = log;
    this.fd = fd;
    this.iodepth = options.iodepth();
    this.batch = options.iodepthBatch();
  }

  @Override
  public Step<Integer> init() {
    return sys.ioSetup(iodepth)
        .map(
            ctx -> {
              context = ctx;
              return ctx < 0 ? ctx.intValue() : 0;
            });
  }

  @Override
  public Step<List<Completed>> queue(Request request) {
    IoUnit unit = request.unit();
    long data = ++lastData;
    taken.put(data, request);
    queued.add(
        unit.write()
            ? Iocb.pwrite(fd, request.source(), unit.offset(), data)
            : Iocb.pread(fd, request.target(), unit.offset(), data));
    return queued.size() < batch ? done(List.of()) : commit().map(x -> takeRefused());
  }

  private Step<Done> commit() {
    retries = 0;
    return loop(() -> queued.isEmpty() ? done(false) : submit());
  }

  private Step<Boolean> submit() {
    return sys.ioSubmit(context, List.copyOf(queued)).then(this::submitted);
  }

  private Step<Boolean> submitted(int ret) {
    if (ret > 0) {
      queued.subList(0, ret).clear();
      return done(true);
    }
    if (ret == 0 || ret == -Errno.EINTR) {
      return done(true);
    }
    if (ret == -Errno.EAGAIN && taken.size() > queued.size()) {
      return done(false);
    }
    if (ret == -Errno.EAGAIN && ++retries < RETRIES) {
      return sys.nanosleep(RETRY).map(x -> true);
    }
    Iocb first = queued.remove(0);
    complete(first.data(), ret, refused);
    return done(true);
  }

  private void complete(long data, long res, List<Completed> completed) {
    Request request = taken.remove(data);
    if (request == null) {
      log.message("fio: libaio: an event for a request that is not in flight");
    } else {
      completed.add(new Completed(request, res));
    }
  }

  private List<Completed> takeRefused() {
    List<Completed> now = List.copyOf(refused);
    refused.clear();
    return now;
  }

  @Override
  public Step<List<Completed>> getevents(int min) {
    return commit().then(() -> refused.isEmpty() ? reap(min) : done(takeRefused()));
  }

  private Step<List<Completed>> reap(int min) {
    int inFlight = taken.size() - queued.size();
    int least = Math.min(min, inFlight);
    if (inFlight == 0) {
      return done(List.of());
    }
    return sys.ioGetevents(context, least, min == 0 ? inFlight : least)
        .then(events -> events.result() == -Errno.EINTR ? reap(min) : done(completed(events)));
  }

  /** A failing io_getevents fails everything in flight: nobody will hear of it any more. */
  private List<Completed> completed(EventsRead events) {
    List<Completed> completed = new ArrayList<>();
    if (events.result() < 0) {
      for (long data : List.copyOf(taken.keySet())) {
        complete(data, events.result(), completed);
      }
    }
    for (IoEvent event : events.events()) {
      complete(event.data(), event.res(), completed);
    }
    return completed;
  }

  @Override
  public int depth() {
    return taken.size();
  }

  @Override
  public Step<Integer> cleanup() {
    return sys.ioDestroy(context);
  }
}
