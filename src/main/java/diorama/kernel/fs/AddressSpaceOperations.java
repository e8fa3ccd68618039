package diorama.kernel.fs;

import diorama.kernel.mm.Gfp;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Step;
import java.util.List;

/** {@code struct address_space_operations}: what the file system does for the page cache. */
public interface AddressSpaceOperations {
  /**
   * {@code ->writepage}: called with the page locked, unlocks it. Returns 0 or a negative errno.
   */
  Step<Long> writepage(Inode inode, Page page, WritebackControl wbc);

  /** {@code ->readpage}: called with the page locked; it is unlocked when the read has finished. */
  Step<Long> readpage(Inode inode, Page page);

  /**
   * {@code ->readpages}: called with the pages locked, in the order of the file; each is unlocked
   * when its read has finished.
   */
  default Step<Long> readpages(Inode inode, List<Page> pages) {
    return Step.forEach(pages, page -> readpage(inode, page)).map(d -> 0L);
  }

  /** {@code ->prepare_write} for the bytes from..to of a locked page. */
  Step<Long> prepareWrite(Inode inode, Page page, int from, int to);

  /** {@code ->commit_write} for the bytes from..to of a locked page. */
  Step<Long> commitWrite(Inode inode, Page page, int from, int to);

  /** {@code ->releasepage}: 1 if the page's buffers are gone, else 0. */
  Step<Long> releasepage(Inode inode, Page page, Gfp gfp);

  /** {@code ->direct_IO(WRITE)}: bytes, or a negative errno, or -EIOCBQUEUED. */
  Step<Long> directWrite(Kiocb iocb, List<IoVec> iov, long offset);

  /** {@code ->direct_IO(READ)}: bytes, or a negative errno, or -EIOCBQUEUED. */
  Step<Long> directRead(Kiocb iocb, ReadBuffer buffer, long offset);

  /** Whether there is a {@code ->direct_IO}; without one open(O_DIRECT) fails with -EINVAL. */
  boolean hasDirectIo();

  /** Whether its files can be mapped, shared and writable: what a store dirties is written back. */
  default boolean hasMmap() {
    return true;
  }
}
