package diorama.kernel.fs;

import diorama.kernel.mm.Gfp;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  default Step<Long> prepareWrite(Inode inode, Page page, int from, int to) {
    throw new UnsupportedOperationException("->write_begin is in its place");
  }

  /** {@code ->commit_write} for the bytes from..to of a locked page. */
  default Step<Long> commitWrite(Inode inode, Page page, int from, int to) {
    throw new UnsupportedOperationException("->write_end is in its place");
  }

  /**
   * Whether there are {@code ->write_begin} and {@code ->write_end} (afddba49, 2.6.24): they find,
   * lock and unlock the page, and hear of a copy that came short.
   */
  default boolean hasWriteBegin() {
    return false;
  }

  /**
   * What {@code ->write_begin} answers.
   *
   * @param page locked, null after an error
   * @param error 0 or a negative errno
   */
  record Begun(@Nullable Page page, long error) {}

  /** {@code ->write_begin}: the page that holds these bytes of the file, ready to be copied to. */
  default Step<Begun> writeBegin(Inode inode, long pos, int len) {
    throw new UnsupportedOperationException("->prepare_write is in its place");
  }

  /**
   * {@code ->write_end}: {@code copied} of {@code len} bytes are in the page, which is unlocked.
   *
   * @return how many of them count, 0 to have the write begun anew, or a negative errno
   */
  default Step<Long> writeEnd(Inode inode, long pos, int len, int copied, Page page) {
    throw new UnsupportedOperationException("->commit_write is in its place");
  }

  /** {@code ->releasepage}: 1 if the page's buffers are gone, else 0. */
  Step<Long> releasepage(Inode inode, Page page, Gfp gfp);

  /** {@code ->invalidatepage} of a page that is truncated whole, locked. */
  default Step<Done> invalidatepage(Inode inode, Page page) {
    throw new UnsupportedOperationException("nothing is truncated here");
  }

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
