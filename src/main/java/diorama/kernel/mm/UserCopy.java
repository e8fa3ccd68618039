package diorama.kernel.mm;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
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
 * @param address where the copy goes on
 * @param offset bytes into the segment
 * @param contiguous bytes left in the segment
 * @param accessible bytes left in the segment before an access faults; of a mapping nobody knows
 */
record UserCopy(
    Content memory,
    @Nullable MappedMemory mapping,
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
    return copyPiece(mapping, page, at, 0, first)
        .then(
            copied ->
                copied < first || first == bytes
                    ? Step.done(copied)
                    : copyPiece(mapping, page, at + first, first, bytes - first)
                        .map(more -> first + more));
  }

  /** The part of a copy that lies in one page of the source. */
  private Step<Integer> copyPiece(MappedMemory from, Page page, int at, int skip, int bytes) {
    long source = address + skip;
    int inPage = (int) (source & (Page.SIZE - 1));
    return from.load(source)
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
