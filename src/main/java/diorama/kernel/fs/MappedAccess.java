package diorama.kernel.fs;

import static diorama.kernel.sched.Step.current;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Errno;
import diorama.kernel.mm.Memory;
import diorama.kernel.mm.Mmap;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.UserMemory;
import diorama.kernel.mm.UserMemory.Fault;
import diorama.kernel.mm.Vma;
import diorama.kernel.sched.Signals;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Task;
import diorama.kernel.tracepoint.Transfer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Mappings as a process has them: mmap, munmap, msync, and its loads and stores. */
public final class MappedAccess {
  private final Memory memory;
  private final UserMemory user;
  private final Mmap mmap;
  private final Sync sync;
  private final Aio aio;

  /**
   * The mapped files of a machine's processes.
   *
   * @param aio tells what is transferred
   */
  public MappedAccess(Memory memory, Mmap mmap, Sync sync, Aio aio) {
    this.memory = memory;
    this.user = new UserMemory(memory);
    this.mmap = mmap;
    this.sync = sync;
    this.aio = aio;
  }

  /** {@code sys_mmap2} with MAP_SHARED: the address or a negative errno. */
  public Step<Long> sysMmap2(TaskFiles current, int fd, long length, long offset) {
    return function(
        "sys_mmap2",
        () ->
            current.withFile(
                fd, filp -> mmap.doMmapPgoff(current.mm().vm(), filp.file(), length, offset)));
  }

  /** {@code sys_munmap}, mm/mmap.c (2.6.20): 0 or a negative errno. */
  public Step<Long> sysMunmap(TaskFiles current, long address, long length) {
    return function("sys_munmap", () -> mmap.doMunmap(current.mm().vm(), address, length));
  }

  /**
   * {@code sys_msync(MS_SYNC)}, mm/msync.c (2.6.20): an fsync of the file that is mapped there.
   * What was stored is noted in its pages already.
   *
   * @return 0, -EINVAL, or -ENOMEM where nothing is mapped
   */
  public Step<Long> sysMsync(TaskFiles current, long address, long length) {
    return function(
        "sys_msync",
        () ->
            (address & (Page.SIZE - 1)) != 0 || length < 0
                ? done((long) -Errno.EINVAL)
                : user.at(current.mm().vm(), address)
                    .then(
                        there -> {
                          Vma vma = there.vma();
                          return vma == null
                              ? done((long) -Errno.ENOMEM)
                              : sync.fsync(vma.file(), false);
                        }));
  }

  /** The source of a write in the process that calls: a mapping gets to know whose it is. */
  public IoVec bound(TaskFiles current, IoVec source) {
    if (source.isBss() && source.bss() == null) {
      return source.in(new AnonymousMemory(user, current.mm().vm()));
    }
    return source.isMapped() && source.mapping() == null
        ? source.in(new MappedMemory(memory, user, current.mm().vm(), source.length()))
        : source;
  }

  // ---- loads and stores ----

  /** What one access came to, piece by piece. */
  private static final class Access {
    long done;
    Fault fault = Fault.NONE;
  }

  /**
   * A program loads what lies from an address on.
   *
   * @return bytes; -EFAULT after SIGSEGV or SIGBUS, which end the process unless it has a handler
   */
  public Step<Long> load(Task<TaskFiles> task, long address, ReadBuffer target) {
    return user.at(task.resources().mm().vm(), address)
        .then(
            there ->
                told(
                    "read",
                    there.vma(),
                    vma -> UserTransfer.load(vma.file(), vma.filePosition(address), target),
                    access(
                        task,
                        address,
                        target.length(),
                        done -> loadPiece(task, address + done, done, target))));
  }

  /** A program stores to an address and what lies behind it; otherwise like {@link #load}. */
  public Step<Long> store(Task<TaskFiles> task, long address, IoVec source) {
    return user.at(task.resources().mm().vm(), address)
        .then(
            there ->
                told(
                    "write",
                    there.vma(),
                    vma -> UserTransfer.store(vma.file(), vma.filePosition(address), source),
                    access(
                        task,
                        address,
                        source.length(),
                        done ->
                            user.store(
                                task.resources().mm().vm(),
                                address + done,
                                source.memory(),
                                done,
                                piece(address + done, source.length() - done)))));
  }

  /** A load of a word of the process's own memory, which its threads share. */
  public Step<Long> loadWord(TaskFiles current, int word) {
    return user.loadWord(current.mm().vm(), word);
  }

  /** A store to such a word. Returns 0. */
  public Step<Long> storeWord(TaskFiles current, int word, long value) {
    return user.storeWord(current.mm().vm(), word, value).map(x -> 0L);
  }

  private static int piece(long address, long left) {
    return (int) Math.min(left, Page.SIZE - (address & (Page.SIZE - 1)));
  }

  private Step<Fault> loadPiece(Task<TaskFiles> task, long address, long done, ReadBuffer target) {
    return user.load(task.resources().mm().vm(), address)
        .map(
            loaded -> {
              if (loaded.fault() == Fault.NONE) {
                int inPage = (int) (address & (Page.SIZE - 1));
                int bytes = piece(address, target.length() - done);
                target.copy(done, loaded.page(), inPage, bytes);
              }
              return loaded.fault();
            });
  }

  private Step<Long> access(
      Task<TaskFiles> task, long address, long length, LongFunction<Step<Fault>> body) {
    Access a = new Access();
    return loop(() ->
            a.done == length || a.fault != Fault.NONE
                ? done(false)
                : body.apply(a.done)
                    .map(
                        fault -> {
                          a.fault = fault;
                          a.done += piece(address + a.done, length - a.done);
                          return true;
                        }))
        .then(() -> a.fault == Fault.NONE ? done(length) : forceSig(task, a.fault));
  }

  private static Step<Long> forceSig(Task<TaskFiles> task, Fault fault) {
    int signal = fault == Fault.SIGBUS ? Signals.SIGBUS : Signals.SIGSEGV;
    return current(c -> task.sysKill(c.pid(), signal)).map(x -> (long) -Errno.EFAULT);
  }

  private Step<Long> told(
      String what, @Nullable Vma vma, Function<Vma, Transfer> of, Step<Long> body) {
    if (vma == null) {
      return body;
    }
    Transfer transfer = of.apply(vma);
    return aio.transfer(what + ": begin", transfer, null, 0)
        .then(() -> body)
        .then(ret -> aio.transfer(what + ": end", transfer, null, ret).map(x -> ret));
  }
}
