package diorama.kernel.fs;

import diorama.kernel.sched.Step;

/** {@code invalidate_inode_pages2_range}, mm/truncate.c, as the idea of 2007 calls it. */
@FunctionalInterface
public interface InvalidateRange {
  /** Drops the pages from start to end, both included; 0 or a negative errno. */
  Step<Long> invalidateInodePages2Range(Inode inode, long start, long end);
}
