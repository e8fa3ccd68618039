package diorama.kernel.fs;

import diorama.kernel.mm.Mmap;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.ProcessResources;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a process owns: its descriptors ({@code current->files}) and its memory with the I/O
 * contexts in it ({@code current->mm}).
 *
 * <p>It belongs to one context. A thread has a copy with the same memory: descriptors that one of
 * them opens later are not seen by the other, as after clone(CLONE_VM) without CLONE_FILES.
 */
public final class TaskFiles implements ProcessResources {
  private static final int FIRST_DESCRIPTOR = 3;

  private final Aio aio;
  private final Open open;
  private final Mmap mmap;
  private final Mm mm;
  private final TreeMap<Integer, OpenFile> descriptors = new TreeMap<>();
  private int syncRequests;

  /** A process that has opened nothing. */
  public TaskFiles(Aio aio, Open open, Mmap mmap, Mm mm) {
    this.aio = aio;
    this.open = open;
    this.mmap = mmap;
    this.mm = mm;
  }

  /** {@code current->mm}. */
  public Mm mm() {
    return mm;
  }

  /** What a new thread owns: the same memory, and the descriptors as they are now. */
  public TaskFiles forThread() {
    TaskFiles thread = new TaskFiles(aio, open, mmap, mm);
    thread.descriptors.putAll(descriptors);
    return thread;
  }

  /**
   * What a child process owns: memory of its own without I/O contexts and mappings, and the same
   * files open.
   *
   * <p>File positions are the child's own from here on; in the kernel they stay shared.
   */
  public TaskFiles forChild() {
    TaskFiles child = new TaskFiles(aio, open, mmap, new Mm());
    descriptors.forEach(
        (fd, filp) -> {
          OpenFile copy = new OpenFile(filp.file());
          copy.setFPos(filp.fPos());
          child.descriptors.put(fd, copy);
        });
    return child;
  }

  /** {@code fd_install} at {@code get_unused_fd}: the lowest descriptor that is free. */
  int install(OpenFile filp) {
    int fd = FIRST_DESCRIPTOR;
    while (descriptors.containsKey(fd)) {
      fd++;
    }
    descriptors.put(fd, filp);
    return fd;
  }

  /** {@code fcheck}: the open file, or null. */
  public @Nullable OpenFile fget(int fd) {
    return descriptors.get(fd);
  }

  /** Takes a descriptor away: what it led to, or null. */
  @Nullable OpenFile remove(int fd) {
    return descriptors.remove(fd);
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
    List<OpenFile> files = new ArrayList<>(descriptors.values());
    descriptors.clear();
    return Step.forEach(files, open::filpClose);
  }
}
