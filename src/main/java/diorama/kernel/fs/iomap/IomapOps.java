package diorama.kernel.fs.iomap;

import diorama.kernel.fs.Inode;
import diorama.kernel.sched.Step;

/** {@code struct iomap_ops}, as far as direct I/O calls it. */
@FunctionalInterface
public interface IomapOps {
  /**
   * {@code ->iomap_begin(IOMAP_DIRECT)}.
   *
   * @param pos first byte
   * @param length bytes that are wanted at most
   * @param write IOMAP_WRITE: a hole is allocated, unwritten
   */
  Step<Iomap> iomapBegin(Inode inode, long pos, long length, boolean write);
}
