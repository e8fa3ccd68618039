package diorama.kernel.mm;

/**
 * {@code errseq_t}, lib/errseq.c (4.13): an error, whether anybody has seen it, and how many errors
 * there were before it that somebody had seen.
 *
 * <p>That of a mapping and those of the open files that have seen a part of it are touched by the
 * mapping's {@link AddressSpace} only.
 */
public final class Errseq {
  private static final int MAX_ERRNO = 4095;
  private static final int SEEN = 1 << 12;
  private static final int CTR_INC = 1 << 13;

  private int value;

  /** {@code errseq_set}: an error that nobody has seen since the last one is the same error. */
  void set(int errno) {
    int seen = value & SEEN;
    value = (value & ~(MAX_ERRNO | SEEN)) | errno;
    if (seen != 0) {
      value += CTR_INC;
    }
  }

  /**
   * {@code errseq_sample}, for a file that is being opened.
   *
   * @param unseenIsReported an error that nobody has seen is left for the new file to find (4.17);
   *     else it counts as seen from now on
   */
  void sample(Errseq mapping, boolean unseenIsReported) {
    if (unseenIsReported) {
      value = (mapping.value & SEEN) == 0 ? 0 : mapping.value;
      return;
    }
    if (mapping.value != 0) {
      mapping.value |= SEEN;
    }
    value = mapping.value;
  }

  /**
   * {@code errseq_check_and_advance}: the error since this file looked last, which counts as seen
   * from now on.
   *
   * @return 0 or a negative errno
   */
  long checkAndAdvance(Errseq mapping) {
    if (mapping.value == value) {
      return 0;
    }
    mapping.value |= SEEN;
    value = mapping.value;
    return -(value & MAX_ERRNO);
  }
}
