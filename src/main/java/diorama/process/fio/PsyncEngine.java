package diorama.process.fio;

import static diorama.kernel.sched.Step.done;

import diorama.kernel.sched.Step;
import diorama.process.SystemCallInterface;
import diorama.process.fio.Request.Completed;
import java.util.List;

/** {@code ioengine=psync}: pread and pwrite; a request has completed when it was taken. */
final class PsyncEngine implements IoEngine {
  private final SystemCallInterface sys;
  private final int fd;

  PsyncEngine(SystemCallInterface sys, int fd) {
    this.sys = sys;
    this.fd = fd;
  }

  @Override
  public Step<Integer> init() {
    return done(0);
  }

  @Override
  public Step<List<Completed>> queue(Request request) {
    IoUnit unit = request.unit();
    Step<Long> transfer =
        unit.write()
            ? sys.pwrite(fd, request.source(), unit.offset())
            : sys.pread(fd, request.target(), unit.offset());
    return transfer.map(res -> List.of(new Completed(request, res)));
  }

  @Override
  public Step<List<Completed>> getevents(int min) {
    return done(List.of());
  }

  @Override
  public int depth() {
    return 0;
  }

  @Override
  public Step<Integer> cleanup() {
    return done(0);
  }
}
