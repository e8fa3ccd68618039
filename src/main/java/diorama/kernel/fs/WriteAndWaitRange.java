package diorama.kernel.fs;

import diorama.kernel.sched.Step;

/** {@code filemap_write_and_wait_range}, mm/filemap.c, as direct reads need it. */
@FunctionalInterface
public interface WriteAndWaitRange {
  /** Writes the dirty pages of a byte range, both ends included; 0 or a negative errno. */
  Step<Long> filemapWriteAndWaitRange(Inode inode, long start, long end);
}
