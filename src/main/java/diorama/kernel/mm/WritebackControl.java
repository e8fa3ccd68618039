package diorama.kernel.mm;

/**
 * {@code struct writeback_control}.
 *
 * @param waitForAll {@code WB_SYNC_ALL}: data integrity, waits for locks; else {@code
 *     WB_SYNC_NONE}, which skips and redirties what is busy
 * @param nrToWrite no more pages than this
 * @param start first page of the range
 * @param end last page of the range, inclusive
 */
public record WritebackControl(boolean waitForAll, long nrToWrite, long start, long end) {
  /** {@code WB_SYNC_ALL} over a whole mapping. */
  public static final WritebackControl SYNC_ALL = range(0, Long.MAX_VALUE);

  /** {@code WB_SYNC_ALL} over some pages. */
  public static WritebackControl range(long start, long end) {
    return new WritebackControl(true, Long.MAX_VALUE, start, end);
  }

  /** {@code WB_SYNC_NONE}: what can be written without waiting, up to so many pages. */
  public static WritebackControl background(long nrToWrite) {
    return new WritebackControl(false, nrToWrite, 0, Long.MAX_VALUE);
  }
}
