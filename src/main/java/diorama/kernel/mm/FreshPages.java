package diorama.kernel.mm;

/** What is in a page that comes into a page cache, and what becomes of it when it is stored to. */
public enum FreshPages {
  /** Zeros: what was there before cannot be told from what a program reads from a hole. */
  ZEROED,
  /** What was in its memory before. */
  RECYCLED,
  /** The same, and what is dirtied through a mapping is to be journalled. */
  JOURNALLED
}
