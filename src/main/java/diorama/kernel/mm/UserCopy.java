package diorama.kernel.mm;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.AnonymousMemory;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.MappedMemory;
import diorama.kernel.mm.UserMemory.Fault;
import diorama.kernel.sched.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where in a vector of user buffers a copy has come to.
 *
 * @param memory the segment's memory
 * @param mapping the segment's memory if it is a mapping of a file, else null
 * @param bss the segment's memory if it may never have been touched, else null
 * @param address where the copy goes on
 * @param offset bytes into the segment
 * @param contiguous bytes left in the segment
 * @param accessible bytes left in the segment before an access faults; of a mapping nobody knows
 */
record UserCopy(
    Content memory,
    @Nullable MappedMemory mapping,
    @Nullable AnonymousMemory bss,
    long address,
    long offset,
    long contiguous,
    long accessible) {

  /** The place that many bytes into the vector. */
  static UserCopy at(List<IoVec> iov, long done) {
    long skip = done;
    for (IoVec segment : iov) {
      if (skip < segment.length()) {
        return new UserCopy(
            segment.memory(),
            segment.mapping(),
            segment.bss(),
            segment.base() + skip,
            skip,
            segment.length() - skip,
            Math.max(0, segment.mapped() - skip));
      }
      skip -= segment.length();
    }
    throw new IllegalArgumentException(done + " bytes are beyond the vector");
  }

  /**
   * {@code fault_in_pages_readable}: its result is not looked at. Memory of the process's own is
   * there.
   */
  Step<Fault> faultIn(long bytes) {
    return mapping == null ? Step.done(Fault.NONE) : mapping.faultIn(address, bytes);
  }

  /**
   * {@code filemap_copy_from_user}: copies into a locked page. Where a page of a mapping has gone
   * again the copy faults, with the page lock held.
   *
   * @return how many bytes were copied before one could not be had
   */
  Step<Integer> copyTo(Page page, int at, int bytes) {
    if (mapping == null) {
      int copied = (int) Math.min(bytes, accessible);
      return AddressSpaceActor.copyFromUser(page, at, memory, offset, copied).map(x -> copied);
    }
    int first = (int) Math.min(bytes, Page.SIZE - (address & (Page.SIZE - 1)));
    return copyPiece(mapping, page, at, 0, first, false)
        .then(
            copied ->
                copied < first || first == bytes
                    ? Step.done(copied)
                    : copyPiece(mapping, page, at + first, first, bytes - first, false)
                        .map(more -> first + more));
  }

  /**
   * {@code fault_in_pages_readable} as {@code iov_iter_fault_in_readable} uses it: the first and
   * the last byte.
   *
   * @return false where one of them cannot be had: -EFAULT
   */
  Step<Boolean> faultInReadable(long bytes) {
    if (mapping != null) {
      return mapping.faultIn(address, bytes).map(fault -> fault == Fault.NONE);
    }
    boolean reachable = accessible >= Math.max(1, bytes);
    return bss == null || !reachable
        ? Step.done(reachable)
        : bss.faultIn(address, bytes).map(fault -> true);
  }

  /**
   * The part of {@code iov_iter_copy_from_user_atomic} that lies in one page of the source: page
   * faults are disabled, so that what is not present is not copied.
   *
   * @param bytes at most so many, and no more than the segment has
   * @return how many were copied: these, those up to the end of the source's page, or 0
   */
  Step<Integer> copyAtomic(Page page, int at, int bytes) {
    int piece = (int) Math.min(bytes, Page.SIZE - (address & (Page.SIZE - 1)));
    if (mapping != null) {
      return copyPiece(mapping, page, at, 0, piece, true);
    }
    int reachable = (int) Math.min(piece, accessible);
    return reachable == 0 || bss == null
        ? copyOwn(page, at, reachable)
        : bss.isPresent(address).then(there -> copyOwn(page, at, there ? reachable : 0));
  }

  private Step<Integer> copyOwn(Page page, int at, int bytes) {
    return bytes == 0
        ? Step.done(0)
        : AddressSpaceActor.copyFromUser(page, at, memory, offset, bytes).map(x -> bytes);
  }

  /** The part of a copy that lies in one page of the source. */
  private Step<Integer> copyPiece(
      MappedMemory from, Page page, int at, int skip, int bytes, boolean atomic) {
    long source = address + skip;
    int inPage = (int) (source & (Page.SIZE - 1));
    return (atomic ? from.loadAtomic(source) : from.load(source))
        .then(
            loaded -> {
              if (loaded.fault() != Fault.NONE) {
                return Step.done(0);
              }
              if (inPage % Sector.SIZE == 0 && (offset + skip) % Sector.SIZE == 0) {
                from.take(
                    (int) ((offset + skip) / Sector.SIZE),
                    loaded
                        .page()
                        .slice(inPage / Sector.SIZE, (bytes + Sector.SIZE - 1) / Sector.SIZE));
              }
              return AddressSpaceActor.copyFromUser(page, at, loaded.page(), inPage, bytes)
                  .map(x -> bytes);
            });
  }
}
