package diorama.kernel.fs;

import diorama.kernel.Errno;
import diorama.kernel.fs.FilpMemory.FoundFile;
import diorama.kernel.mm.Mmap;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.ProcessResources;
import diorama.kernel.sched.Step;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a process owns: its descriptors ({@code current->files}) and its memory with the I/O
 * contexts in it ({@code current->mm}).
 *
 * <p>It belongs to one context. The threads of a process have one each, over the same memory and
 * the same descriptors.
 */
public final class TaskFiles implements ProcessResources {
  private final Aio aio;
  private final Open open;
  private final Mmap mmap;
  private final Mm mm;
  private final FilesStruct descriptors;
  private int syncRequests;

  /** A process that has opened nothing. */
  public TaskFiles(Aio aio, Open open, Mmap mmap, Mm mm) {
    this(aio, open, mmap, mm, new FilesStruct());
  }

  private TaskFiles(Aio aio, Open open, Mmap mmap, Mm mm, FilesStruct descriptors) {
    this.aio = aio;
    this.open = open;
    this.mmap = mmap;
    this.mm = mm;
    this.descriptors = descriptors;
  }

  /** {@code current->mm}. */
  public Mm mm() {
    return mm;
  }

  /** What a new thread owns: the same memory and the same descriptors. */
  public TaskFiles forThread() {
    descriptors.share();
    return new TaskFiles(aio, open, mmap, mm, descriptors);
  }

  /**
   * What a child process owns: memory of its own without I/O contexts and mappings, and the same
   * files open.
   *
   * <p>File positions are the child's own from here on, and nobody counts who uses its files; in
   * the kernel both stay shared.
   */
  public Step<TaskFiles> forChild() {
    return open.dupFd(descriptors).map(fdt -> new TaskFiles(aio, open, mmap, new Mm(), fdt));
  }

  /** {@code fd_install} at {@code get_unused_fd}: the lowest descriptor that is free. */
  Step<Long> install(OpenFile filp) {
    return descriptors.isShared()
        ? open.fdInstall(descriptors, filp)
        : Step.done((long) descriptors.install(filp));
  }

  /** {@code fcheck}: the open file, or null. It may be closed by another thread any time. */
  public @Nullable OpenFile fcheck(int fd) {
    return descriptors.fcheck(fd);
  }

  /** {@code fget}: the open file with a reference more, or none. */
  Step<FoundFile> fget(int fd) {
    return open.fget(descriptors, fd);
  }

  /**
   * {@code fdget} and {@code fdput} around what is done with an open file; -EBADF without one. A
   * task that shares its descriptors with nobody takes no reference.
   */
  public Step<Long> withFile(int fd, Function<OpenFile, Step<Long>> body) {
    if (!descriptors.isShared()) {
      OpenFile filp = descriptors.fcheck(fd);
      return filp == null ? Step.done((long) -Errno.EBADF) : body.apply(filp);
    }
    return fget(fd)
        .then(
            found -> {
              OpenFile filp = found.filp();
              return filp == null
                  ? Step.done((long) -Errno.EBADF)
                  : body.apply(filp).alsoDo(() -> open.fput(filp));
            });
  }

  /** Takes a descriptor away: what it led to, or none. */
  Step<FoundFile> remove(int fd) {
    return descriptors.isShared()
        ? open.closeFd(descriptors, fd)
        : Step.done(new FoundFile(descriptors.remove(fd)));
  }

  /** A number that no other synchronous kiocb of this process has. */
  int nextSyncRequest() {
    return ++syncRequests;
  }

  @Override
  public Step<Done> exitAio() {
    return aio.exitAio(mm);
  }

  @Override
  public Step<Done> exitMmap() {
    return mmap.exitMmap(mm.vm());
  }

  @Override
  public Step<Done> closeFiles() {
    return Step.forEach(descriptors.removeAll(), open::filpClose);
  }
}
