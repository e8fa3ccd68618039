package diorama.kernel.mm;

/**
 * A buffer's state at one moment.
 *
 * @param blocknr disk block, -1 if the buffer is not mapped
 * @param count {@code b_count}
 */
public record BufferFlags(
    boolean uptodate, boolean dirty, boolean locked, boolean isNew, long blocknr, int count) {
  /** {@code buffer_mapped}. */
  public boolean mapped() {
    return blocknr >= 0;
  }
}
