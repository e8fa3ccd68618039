package diorama.process.fio;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.sched.Step;
import diorama.kernel.sched.WaitResult;
import diorama.process.Environment;
import diorama.process.OpenFlag;
import diorama.process.Program;
import diorama.process.Strerror;
import diorama.process.SystemCallInterface;

/**
 * fio with one job section: lays out the files that the job reads, forks the job's processes and
 * waits for them. Exits with 1 if one of them met an error.
 *
 * <p>fio's {@code invalidate=1}, which asks for cached pages to be dropped before a job, is not
 * modelled: the miniature has no fadvise.
 */
public final class Fio implements Program {
  /** The configuration name. */
  public static final String NAME = "fio";

  private static final long LAYOUT_CHUNK = 1L << 20;

  private final JobOptions options;
  private final Environment environment;

  /** A job. */
  public Fio(JobOptions options, Environment environment) {
    this.options = options;
    this.environment = environment;
  }

  @Override
  public Step<Integer> main(SystemCallInterface sys) {
    return new Run(sys).layOutAll();
  }

  /** What one process of fio itself remembers. */
  private final class Run {
    private final SystemCallInterface sys;
    private int laidOut;
    private int started;
    private int code;

    Run(SystemCallInterface sys) {
      this.sys = sys;
    }

    Step<Integer> layOutAll() {
      boolean needed = options.rw().reads() || options.overwrite();
      return loop(() ->
              needed && code == 0 && laidOut < options.numjobs()
                  ? layOut(options.file(laidOut++)).map(x -> true)
                  : done(false))
          .then(() -> code == 0 ? startAll() : done(code));
    }

    private Step<Integer> layOut(String file) {
      return sys.open(file, OpenFlag.O_RDWR, OpenFlag.O_CREAT)
          .then(
              fd ->
                  fd < 0
                      ? failed("open", file, fd)
                      : extend(file, fd).then(ret -> sys.close(fd).then(() -> done(ret))));
    }

    private Step<Integer> extend(String file, int fd) {
      return sys.fileSize(fd).then(size -> size >= options.end() ? done(0) : fill(file, fd));
    }

    private Step<Integer> fill(String file, int fd) {
      environment
          .log()
          .message(
              "%s: Laying out IO file (1 file / %d bytes)"
                  .formatted(options.name(), options.end()));
      long[] at = {0, 0};
      return loop(() -> at[0] < options.end() ? writeChunk(fd, at) : done(false))
          .then(() -> at[1] < 0 ? failed("write", file, at[1]) : sys.fsync(fd))
          .then(ret -> ret < 0 && code == 0 ? failed("fsync", file, ret) : done(ret));
    }

    /** Writes at at[0], keeps a negative errno in at[1]. */
    private Step<Boolean> writeChunk(int fd, long[] at) {
      long length = Math.min(LAYOUT_CHUNK, options.end() - at[0]);
      Request chunk =
          Request.write(new IoUnit(true, at[0], length), environment.stamps().of(0).getAsLong());
      return sys.pwrite(fd, chunk.source(), at[0])
          .map(
              ret -> {
                at[0] += Math.max(0, ret);
                at[1] = ret;
                return ret > 0;
              });
    }

    private Step<Integer> startAll() {
      return loop(() -> started < options.numjobs() ? startOne() : done(false)).then(this::reapAll);
    }

    private Step<Boolean> startOne() {
      int number = started;
      return sys.fork(options.name(), child -> JobProcess.run(options, number, child, environment))
          .then(
              pid ->
                  pid < 0
                      ? failed("fork", options.name(), pid).map(x -> false)
                      : done(++started > 0));
    }

    private Step<Integer> reapAll() {
      return loop(() -> sys.waitpid(-1).map(this::reaped)).then(() -> done(code));
    }

    private boolean reaped(WaitResult result) {
      if (result.pid() > 0 && !(result.status().exited() && result.status().code() == 0)) {
        code = 1;
      }
      return result.pid() > 0;
    }

    private Step<Integer> failed(String call, String what, long ret) {
      environment.log().message("fio: %s(%s): %s".formatted(call, what, Strerror.of(-ret)));
      code = 1;
      return done((int) ret);
    }
  }
}
