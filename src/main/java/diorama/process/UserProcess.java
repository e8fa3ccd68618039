package diorama.process;

import diorama.kernel.SystemCalls;
import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.IoSubmission;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.OpenFlags;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.WaitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The C library: a program's calls as system calls of the kernel. */
public final class UserProcess implements SystemCallInterface {
  /** Where a program's iocbs lie, one after the other by their {@code aio_data}. */
  private static final long IOCBS = 0x0804_a000L;

  private static final long SIZEOF_IOCB = 64;

  private final SystemCalls calls;

  private UserProcess(SystemCalls calls) {
    this.calls = calls;
  }

  /** A program as the machine starts it: its main over the system calls of its process. */
  public static Function<SystemCalls, Step<Integer>> main(Program program) {
    return calls -> program.main(new UserProcess(calls));
  }

  private static Step<Integer> narrow(Step<Long> result) {
    return result.map(Long::intValue);
  }

  @Override
  public Step<Integer> open(String path, OpenFlag... flags) {
    List<OpenFlag> given = List.of(flags);
    return narrow(
        calls.open(
            path,
            new OpenFlags(
                !given.contains(OpenFlag.O_WRONLY),
                given.contains(OpenFlag.O_WRONLY) || given.contains(OpenFlag.O_RDWR),
                given.contains(OpenFlag.O_DIRECT),
                given.contains(OpenFlag.O_SYNC))));
  }

  @Override
  public Step<Integer> close(int fd) {
    return narrow(calls.close(fd));
  }

  @Override
  public Step<Long> read(int fd, ReadBuffer target) {
    return calls.read(fd, target);
  }

  @Override
  public Step<Long> write(int fd, IoVec source) {
    return calls.write(fd, source);
  }

  @Override
  public Step<Long> pread(int fd, ReadBuffer target, long offset) {
    return calls.pread(fd, target, offset);
  }

  @Override
  public Step<Long> pwrite(int fd, IoVec source, long offset) {
    return calls.pwrite(fd, source, offset);
  }

  @Override
  public Step<Integer> fsync(int fd) {
    return narrow(calls.fsync(fd));
  }

  @Override
  public Step<Integer> fdatasync(int fd) {
    return narrow(calls.fdatasync(fd));
  }

  @Override
  public Step<Long> fileSize(int fd) {
    return calls.fstat(fd);
  }

  @Override
  public Step<Long> mmap(int fd, long length, long offset) {
    return calls.mmap(fd, length, offset);
  }

  @Override
  public Step<Integer> munmap(long address, long length) {
    return narrow(calls.munmap(address, length));
  }

  @Override
  public Step<Integer> msync(long address, long length) {
    return narrow(calls.msync(address, length));
  }

  @Override
  public Step<Long> load(long address, ReadBuffer target) {
    return calls.load(address, target);
  }

  @Override
  public Step<Long> store(long address, IoVec source) {
    return calls.store(address, source);
  }

  @Override
  public Step<Long> loadWord(int word) {
    return calls.loadWord(word);
  }

  @Override
  public Step<Done> storeWord(int word, long value) {
    return calls.storeWord(word, value).map(x -> Done.DONE);
  }

  @Override
  public Step<Long> ioSetup(int maxEvents) {
    return calls.ioSetup(maxEvents).map(r -> r.result() < 0 ? r.result() : r.ctxId());
  }

  @Override
  public Step<Integer> ioSubmit(long context, List<Iocb> iocbs) {
    List<IoSubmission> submissions = new ArrayList<>(iocbs.size());
    for (Iocb iocb : iocbs) {
      submissions.add(submission(iocb));
    }
    return narrow(calls.ioSubmit(context, submissions));
  }

  private static IoSubmission submission(Iocb iocb) {
    IoVec source = iocb.source();
    if (source != null) {
      return IoSubmission.pwrite(address(iocb), iocb.data(), iocb.fd(), source, iocb.offset());
    }
    ReadBuffer target = java.util.Objects.requireNonNull(iocb.target());
    return IoSubmission.pread(address(iocb), iocb.data(), iocb.fd(), target, iocb.offset());
  }

  private static long address(Iocb iocb) {
    return IOCBS + SIZEOF_IOCB * iocb.data();
  }

  @Override
  public Step<EventsRead> ioGetevents(long context, int min, int max) {
    return calls.ioGetevents(context, min, max, null);
  }

  @Override
  public Step<EventsRead> ioGetevents(long context, int min, int max, Duration timeout) {
    return calls.ioGetevents(context, min, max, timeout);
  }

  @Override
  public Step<Integer> ioCancel(long context, Iocb iocb) {
    return narrow(calls.ioCancel(context, address(iocb)));
  }

  @Override
  public Step<Integer> ioDestroy(long context) {
    return narrow(calls.ioDestroy(context));
  }

  @Override
  public Step<Integer> fork(String comm, Function<SystemCallInterface, Step<Integer>> main) {
    return narrow(calls.fork(comm, child -> main.apply(new UserProcess(child))));
  }

  @Override
  public Step<Integer> clone(String comm, Function<SystemCallInterface, Step<Integer>> main) {
    return narrow(calls.thread(comm, child -> main.apply(new UserProcess(child))));
  }

  @Override
  public Step<WaitResult> waitpid(int pid) {
    return calls.wait4(pid);
  }

  @Override
  public Step<Integer> kill(int pid, int signal) {
    return narrow(calls.kill(pid, signal));
  }

  @Override
  public Step<Done> sigaction(int signal, Runnable handler) {
    return calls.sigaction(signal, handler).map(x -> Done.DONE);
  }

  @Override
  public Step<Integer> alarm(int seconds) {
    return narrow(calls.alarm(seconds));
  }

  @Override
  public Step<Integer> setitimer(Duration interval) {
    return narrow(calls.setitimer(interval));
  }

  @Override
  public Step<Integer> nanosleep(Duration time) {
    return narrow(calls.nanosleep(time.toNanos()));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> Step<T> exit(int code) {
    return (Step<T>) calls.exit(code);
  }
}
