package diorama.kernel;

import diorama.kernel.fs.Aio;
import diorama.kernel.fs.AioContexts.Setup;
import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoSubmission;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.MappedAccess;
import diorama.kernel.fs.Open;
import diorama.kernel.fs.OpenFlags;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.ReadWrite;
import diorama.kernel.fs.TaskFiles;
import diorama.kernel.fs.UserAccess;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Latency;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Task;
import diorama.kernel.sched.WaitResult;
import diorama.kernel.tracepoint.Tracepoint;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The system calls as one process sees them: each returns a count or 0, or a negative errno.
 *
 * <p>A call costs its service time before it does anything, so that a program that repeats a call
 * which is answered from memory does not keep its neighbours from running.
 */
public final class SystemCalls {
  private final Host host;
  private final Table table;
  private final Task<TaskFiles> task;
  private @Nullable Chance chance;

  /**
   * What the calls of all processes of a machine lead to.
   *
   * @param serviceTime what a call costs in addition to what it does
   */
  public record Table(
      Open open, ReadWrite readWrite, Aio aio, MappedAccess mapped, Latency serviceTime) {}

  /** The calls of one process or thread. */
  public SystemCalls(Host host, Table table, Task<TaskFiles> task) {
    this.host = host;
    this.table = table;
    this.task = task;
  }

  private TaskFiles files() {
    return task.resources();
  }

  private Step<Long> call(String name, Supplier<Step<Long>> body) {
    return call(name, Long::longValue, body);
  }

  private <T> Step<T> call(String name, ToLongFunction<T> result, Supplier<Step<T>> body) {
    return task.systemCall(
        () ->
            Step.current(
                c -> {
                  emit("syscall enter", c, name, 0);
                  return Step.delay(serviceTime(c))
                      .then(body)
                      .map(
                          r -> {
                            emit("syscall exit", c, name + " = %d", result.applyAsLong(r));
                            return r;
                          });
                }));
  }

  private void emit(String event, Context context, String format, long value) {
    host.tracer().emit(Tracepoint.of(event, context, null, format, value));
  }

  private long serviceTime(Context context) {
    Chance mine = chance;
    if (mine == null) {
      mine = host.chance("system calls of " + context);
      chance = mine;
    }
    return table.serviceTime.draw(mine);
  }

  // ---- files ----

  /** open(2): a descriptor. */
  public Step<Long> open(String name, OpenFlags flags) {
    return call("sys_open", () -> table.open.sysOpen(files(), name, flags));
  }

  /** close(2). */
  public Step<Long> close(int fd) {
    return call("sys_close", () -> table.open.sysClose(files(), fd));
  }

  /** pread(2). */
  public Step<Long> pread(int fd, ReadBuffer buffer, long pos) {
    return call("sys_pread64", () -> table.readWrite.sysPread64(files(), fd, buffer, pos));
  }

  /** pwrite(2). */
  public Step<Long> pwrite(int fd, IoVec source, long pos) {
    return call("sys_pwrite64", () -> table.readWrite.sysPwrite64(files(), fd, bound(source), pos));
  }

  /** read(2), at the file's position. */
  public Step<Long> read(int fd, ReadBuffer buffer) {
    return call("sys_read", () -> table.readWrite.sysRead(files(), fd, buffer));
  }

  /** write(2), at the file's position. */
  public Step<Long> write(int fd, IoVec source) {
    return call("sys_write", () -> table.readWrite.sysWrite(files(), fd, bound(source)));
  }

  /** fsync(2). */
  public Step<Long> fsync(int fd) {
    return call("sys_fsync", () -> table.readWrite.sysFsync(files(), fd, false));
  }

  /** fdatasync(2). */
  public Step<Long> fdatasync(int fd) {
    return call("sys_fdatasync", () -> table.readWrite.sysFsync(files(), fd, true));
  }

  /** fstat(2): {@code st_size}. */
  public Step<Long> fstat(int fd) {
    return call(
        "sys_fstat64",
        () -> files().withFile(fd, filp -> InodeActor.iSizeRead(filp.file().inode())));
  }

  private IoVec bound(IoVec source) {
    return table.mapped.bound(files(), source);
  }

  // ---- memory ----

  /** mmap(2), shared, writable if the file is open for writing: the address. */
  public Step<Long> mmap(int fd, long length, long offset) {
    return call("sys_mmap2", () -> table.mapped.sysMmap2(files(), fd, length, offset));
  }

  /** munmap(2). */
  public Step<Long> munmap(long address, long length) {
    return call("sys_munmap", () -> table.mapped.sysMunmap(files(), address, length));
  }

  /** msync(2) with MS_SYNC. */
  public Step<Long> msync(long address, long length) {
    return call("sys_msync", () -> table.mapped.sysMsync(files(), address, length));
  }

  /** Loads from a mapping. It is no system call, and costs as much as one all the same. */
  public Step<Long> load(long address, ReadBuffer target) {
    return access(() -> table.mapped.load(task, address, target));
  }

  /** Stores to a mapping; otherwise like {@link #load}. */
  public Step<Long> store(long address, IoVec source) {
    return access(() -> table.mapped.store(task, address, source));
  }

  /**
   * Loads a word of the process's own memory, which its threads share; 0 before the first store.
   */
  public Step<Long> loadWord(int word) {
    return access(() -> table.mapped.loadWord(files(), word));
  }

  /** Stores to such a word. */
  public Step<Long> storeWord(int word, long value) {
    return access(() -> table.mapped.storeWord(files(), word, value));
  }

  private Step<Long> access(Supplier<Step<Long>> body) {
    return task.systemCall(() -> Step.current(c -> Step.delay(serviceTime(c)).then(body)));
  }

  // ---- asynchronous I/O ----

  /** io_setup(2) into a variable that holds 0. */
  public Step<Setup> ioSetup(long nrEvents) {
    return ioSetup(nrEvents, 0, UserAccess.ALL);
  }

  /** io_setup(2) into a variable that may hold something or fault. */
  public Step<Setup> ioSetup(long nrEvents, long before, UserAccess access) {
    return call(
        "sys_io_setup",
        Setup::result,
        () -> table.aio.sysIoSetup(files(), nrEvents, before, access));
  }

  /** io_submit(2): how many were accepted. How each of them ended is in its event. */
  public Step<Long> ioSubmit(long ctx, List<IoSubmission> iocbs) {
    return ioSubmit(ctx, iocbs.size(), iocbs);
  }

  /** io_submit(2) of an array that may be shorter than its length says. */
  public Step<Long> ioSubmit(long ctx, long nr, List<IoSubmission> iocbs) {
    return call(
        "sys_io_submit",
        () ->
            table.aio.sysIoSubmit(
                files(), ctx, nr, iocbs.stream().map(i -> i.withSource(this::bound)).toList()));
  }

  /**
   * io_getevents(2).
   *
   * @param timeout kernel time, null to wait without an end
   */
  public Step<EventsRead> ioGetevents(long ctx, long minNr, long nr, @Nullable Duration timeout) {
    return ioGetevents(ctx, minNr, nr, UserAccess.ALL, timeout);
  }

  /** io_getevents(2) into memory that may fault. */
  public Step<EventsRead> ioGetevents(
      long ctx, long minNr, long nr, UserAccess events, @Nullable Duration timeout) {
    return call(
        "sys_io_getevents",
        EventsRead::result,
        () -> table.aio.sysIoGetevents(files(), ctx, minNr, nr, events, timeout));
  }

  /** io_cancel(2) of the iocb at an address: never succeeds for files. */
  public Step<Long> ioCancel(long ctx, long iocb) {
    return call("sys_io_cancel", () -> table.aio.sysIoCancel(files(), ctx, iocb, UserAccess.ALL));
  }

  /** io_destroy(2). */
  public Step<Long> ioDestroy(long ctx) {
    return call("sys_io_destroy", () -> table.aio.sysIoDestroy(files(), ctx));
  }

  // ---- processes ----

  /**
   * fork(2): a child with the same files open, which runs main and exits with its result. Returns
   * the child's pid.
   */
  public Step<Long> fork(String comm, Function<SystemCalls, Step<Integer>> main) {
    return call(
        "sys_fork",
        () ->
            files()
                .forChild()
                .then(owned -> task.doFork(comm, owned, false, child -> main.apply(of(child)))));
  }

  /** clone(2) of a thread: the same memory, so the same I/O contexts. Returns its pid. */
  public Step<Long> thread(String comm, Function<SystemCalls, Step<Integer>> main) {
    return call(
        "sys_clone",
        () -> task.doFork(comm, files().forThread(), true, child -> main.apply(of(child))));
  }

  private SystemCalls of(Task<TaskFiles> child) {
    return new SystemCalls(host, table, child);
  }

  /** wait4(2) for one child, or for any with -1. */
  public Step<WaitResult> wait4(int pid) {
    return call("sys_wait4", r -> 0, () -> task.sysWait4(pid));
  }

  /** kill(2). */
  public Step<Long> kill(int pid, int signal) {
    return call("sys_kill", () -> task.sysKill(pid, signal));
  }

  /** alarm(2), in seconds that are not scaled. */
  public Step<Long> alarm(int seconds) {
    return call("sys_alarm", () -> task.sysAlarm(seconds));
  }

  /** setitimer(2) of ITIMER_REAL, once, not scaled. */
  public Step<Long> setitimer(Duration interval) {
    return call("sys_setitimer", () -> task.sysSetitimer(interval));
  }

  /** rt_sigaction(2): a handler for a signal. */
  public Step<Long> sigaction(int signal, Runnable handler) {
    return call("sys_rt_sigaction", () -> task.sysRtSigaction(signal, handler).map(x -> 0L));
  }

  /** nanosleep(2), in time that is not scaled. */
  public Step<Long> nanosleep(long nanos) {
    return call("sys_nanosleep", () -> task.sysNanosleep(nanos));
  }

  /**
   * exit(2) of the whole process: waits for its asynchronous requests and closes its files. Never
   * returns.
   */
  public Step<Long> exit(int code) {
    return call("sys_exit_group", () -> task.sysExitGroup(code));
  }
}
