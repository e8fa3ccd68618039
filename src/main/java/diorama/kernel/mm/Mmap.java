package diorama.kernel.mm;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;

import diorama.kernel.Errno;
import diorama.kernel.fs.File;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;

/**
 * mm/mmap.c: mapping files into memory, shared, for reading and, where the file is open for it, for
 * writing.
 *
 * <p>A child of fork starts without its parent's mappings, which 2.6 copies; a thread has them.
 */
public final class Mmap {
  private static final long TASK_SIZE = 0xC000_0000L;

  private final Memory memory;

  /** The mappings of one machine's processes. */
  public Mmap(Memory memory) {
    this.memory = memory;
  }

  /**
   * {@code do_mmap_pgoff}, mm/mmap.c (2.6.20), with MAP_SHARED.
   *
   * @param length bytes
   * @param offset in the file, a multiple of the page size
   * @return the address; -EINVAL, -ENOMEM, -EACCES for a file that cannot be read, or -ENODEV where
   *     the file system offers no mappings
   */
  public Step<Long> doMmapPgoff(MmStruct mm, File file, long length, long offset) {
    return function(
        "do_mmap_pgoff",
        () -> {
          long pages = (length + Page.SIZE - 1) >> Page.SHIFT;
          long error = check(file, length, offset);
          return error != 0
              ? done(error)
              : MmActor.downWrite(memory.mms(), mm)
                  .then(
                      () ->
                          MmActor.insert(
                              memory.mms(), mm, file, pages << Page.SHIFT, offset >> Page.SHIFT))
                  .then(vma -> PageTableCalls.link(vma).map(d -> vma.start()))
                  .alsoDo(() -> MmActor.upWrite(memory.mms(), mm));
        });
  }

  private static long check(File file, long length, long offset) {
    if (length <= 0 || offset < 0 || (offset & (Page.SIZE - 1)) != 0) {
      return -Errno.EINVAL;
    }
    if (length > TASK_SIZE - MmStruct.TASK_UNMAPPED_BASE) {
      return -Errno.ENOMEM;
    }
    if (!file.readable()) {
      return -Errno.EACCES;
    }
    return file.inode().aOps().hasMmap() ? 0 : -Errno.ENODEV;
  }

  /**
   * {@code do_munmap}, mm/mmap.c (2.6.20): what was stored there makes its pages dirty.
   *
   * @return 0, or -EINVAL, also for a range that ends inside a mapping: none is split here
   */
  public Step<Long> doMunmap(MmStruct mm, long start, long length) {
    return function(
        "do_munmap",
        () -> {
          long end = start + ((length + Page.SIZE - 1) & -Page.SIZE);
          return length <= 0 || (start & (Page.SIZE - 1)) != 0
              ? done((long) -Errno.EINVAL)
              : MmActor.downWrite(memory.mms(), mm)
                  .then(() -> detach(mm, start, end))
                  .alsoDo(() -> MmActor.upWrite(memory.mms(), mm));
        });
  }

  private Step<Long> detach(MmStruct mm, long start, long end) {
    return MmActor.detach(memory.mms(), mm, start, end)
        .then(
            detached -> {
              List<Vma> vmas = detached.vmas();
              return vmas == null
                  ? done((long) -Errno.EINVAL)
                  : Step.forEach(vmas, PageTableCalls::unlink).map(d -> 0L);
            });
  }

  /** {@code exit_mmap}, mm/mmap.c (2.6.20), by the last user of the memory. */
  public Step<Done> exitMmap(MmStruct mm) {
    return function("exit_mmap", () -> detach(mm, 0, TASK_SIZE).map(x -> Done.DONE));
  }
}
