package diorama.kernel.fs;

import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KmemCache;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.KmemCache.Found;
import diorama.kernel.sched.KmemCache.State;
import diorama.kernel.sched.ObjectActor.Timer;
import diorama.kernel.sched.Oops;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The open files of one machine: f_count, and, since 4a9d4b02, the slab "filp" and the way back to
 * it.
 *
 * <p>Part of {@link AioMemory}, because the requests of 2.6 drop their file under ctx_lock. Every
 * method is one atomic operation, or one section under file_lock, and answers its caller.
 */
final class FilpMemory {
  /** One tick at HZ=250. */
  private static final long JIFFY_NANOS = 4_000_000;

  /**
   * What {@code call_rcu} takes at the least, a jiffy; inferred. The tasks of the miniature can be
   * preempted in the kernel, so that none of them holds a grace period off.
   */
  private static final long GRACE_PERIOD_NANOS = 4_000_000;

  private final boolean delayedFput;
  private final Tracer tracer;
  private final LongUnaryOperator scaled;
  private final Timer<KioctxActor.Command> timer;
  private final AioWorkqueue workqueue;
  private final KmemCache<OpenFile> filps;

  /** An empty slab. */
  FilpMemory(
      KernelProfile profile,
      AfterFree afterFree,
      Tracer tracer,
      LongUnaryOperator scaled,
      Timer<KioctxActor.Command> timer,
      AioWorkqueue workqueue) {
    this.delayedFput = profile.fixed(Fix.DELAYED_FPUT);
    this.tracer = tracer;
    this.scaled = scaled;
    this.timer = timer;
    this.workqueue = workqueue;
    this.filps = new KmemCache<>("filp", afterFree);
  }

  /** How many files of the slab are open, or on their way back to it. */
  int live() {
    return filps.live();
  }

  /** {@code get_empty_filp}, with what {@code do_dentry_open} stores: one reference. */
  void getEmptyFilp(Caller<OpenFile> caller, File file) {
    OpenFile filp = new OpenFile(file);
    filp.setSelf(new FilpRef(filps.allocate(() -> filp)));
    caller.answer(filp);
  }

  // ---- references ----

  /** {@code get_file}: {@code atomic_inc(&filp->f_count)}. */
  void getFile(Caller<Done> caller, OpenFile filp) {
    filp.fCount++;
    caller.answer(Done.DONE);
  }

  /**
   * {@code fput}: whether this was the last reference. Then {@code __fput} runs before the task
   * returns to its program; in interrupt and in kernel threads the worker runs it a jiffy later.
   * The memory is free a grace period after that.
   */
  void fput(Caller<Boolean> caller, OpenFile filp) {
    boolean last = --filp.fCount == 0;
    FilpRef ref = filp.file().filp();
    if (ref != null) {
      tracer.emit(Tracepoint.of("fput", caller.context(), ref, "f_count=%d", filp.fCount));
    }
    if (last && ref != null && delayedFput) {
      boolean task = caller.context().kind() == Context.Kind.PROCESS;
      long delay = task ? GRACE_PERIOD_NANOS : JIFFY_NANOS + GRACE_PERIOD_NANOS;
      timer.after(scaled.applyAsLong(delay), new FilpCall.FputTimer(ref));
    }
    caller.answer(last);
  }

  /** The time has come for the worker. */
  void fputTimer(FilpRef filp) {
    workqueue.queue(new AioWork.FileFree(filp));
  }

  /** {@code file_free_rcu}: {@code kmem_cache_free(filp_cachep)}. */
  void fileFree(Caller<Done> caller, FilpRef filp) {
    tracer.emit(Tracepoint.of("kmem_cache_free filp", caller.context(), filp));
    filps.free(filp.address());
    caller.answer(Done.DONE);
  }

  // ---- who looks ----

  /**
   * Reads a field of a file and follows it: poison kills the caller.
   *
   * @param function who reads, for the tracepoint of a use after free
   */
  void read(Caller<Done> caller, FilpRef filp, String function) {
    if (find(caller, filp, function + " reads the file") == null) {
      caller.oops(new Oops.PagingFault(AioMemory.POISON, List.of()));
    } else {
      caller.answer(Done.DONE);
    }
  }

  /**
   * Uses the inode that a file has pinned. Without the file nothing pins it: it may stay for as
   * long as nobody removes its name and no memory is short, so whoever uses it mostly gets away
   * with it.
   */
  void useInode(Caller<Done> caller, FilpRef filp, String function) {
    find(caller, filp, function + " uses the inode");
    caller.answer(Done.DONE);
  }

  private @Nullable OpenFile find(Caller<?> caller, FilpRef filp, String what) {
    Found<OpenFile> found = filps.find(filp.address());
    if (found.state() != State.LIVE) {
      Address now = filps.current(filp.address());
      tracer.emit(
          new Tracepoint(
              "use after free",
              caller.context(),
              filp,
              found.state() == State.REUSED ? new FilpRef(now) : null,
              what + " and finds " + found.state(),
              0,
              0));
    }
    return found.content();
  }

  // ---- descriptors that tasks share ----

  /** An open file, or none. */
  record FoundFile(@Nullable OpenFile filp) {}

  /** {@code fget}: looks a descriptor up and takes a reference. */
  void fget(Caller<FoundFile> caller, FilesStruct files, int fd) {
    OpenFile filp = files.fcheck(fd);
    if (filp != null) {
      filp.fCount++;
    }
    caller.answer(new FoundFile(filp));
  }

  /** {@code fd_install} at {@code get_unused_fd}. */
  void fdInstall(Caller<Long> caller, FilesStruct files, OpenFile filp) {
    caller.answer((long) files.install(filp));
  }

  /** The file_lock section of {@code dup_fd}. */
  void dupFd(Caller<FilesStruct> caller, FilesStruct files) {
    caller.answer(files.dup());
  }

  /** The file_lock section of {@code __close_fd}. */
  void closeFd(Caller<FoundFile> caller, FilesStruct files, int fd) {
    caller.answer(new FoundFile(files.remove(fd)));
  }
}
