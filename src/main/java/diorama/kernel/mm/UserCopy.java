package diorama.kernel.mm;

import diorama.kernel.data.Content;
import diorama.kernel.fs.IoVec;
import java.util.List;

/**
 * Where in a vector of user buffers a copy has come to.
 *
 * @param memory the segment's memory
 * @param offset bytes into the segment
 * @param contiguous bytes left in the segment
 * @param accessible bytes left in the segment before an access faults
 */
record UserCopy(Content memory, long offset, long contiguous, long accessible) {

  /** The place that many bytes into the vector. */
  static UserCopy at(List<IoVec> iov, long done) {
    long skip = done;
    for (IoVec segment : iov) {
      if (skip < segment.length()) {
        return new UserCopy(
            segment.memory(), skip, segment.length() - skip, Math.max(0, segment.mapped() - skip));
      }
      skip -= segment.length();
    }
    throw new IllegalArgumentException(done + " bytes are beyond the vector");
  }
}
