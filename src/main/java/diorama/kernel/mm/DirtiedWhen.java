package diorama.kernel.mm;

/**
 * {@code inode->dirtied_when}: since when a file has had dirty pages. The kernel compares it with
 * the clock; here the rounds of {@code wb_kupdate} are its ticks.
 */
final class DirtiedWhen {
  private long since = -1;

  /** Whether there have been dirty pages for so many rounds; if so, it begins anew. */
  boolean forRounds(boolean dirty, long round, long rounds) {
    if (!dirty) {
      since = -1;
      return false;
    }
    if (since < 0) {
      since = round;
    }
    if (round - since < rounds) {
      return false;
    }
    since = -1;
    return true;
  }
}
