package diorama.kernel.fs;

import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** {@code struct super_operations}, as far as inodes are concerned. */
public interface SuperOperations {
  /** A file system that has nothing to do for its inodes. */
  SuperOperations NONE =
      new SuperOperations() {
        @Override
        public Step<Done> dirtyInode(Inode inode) {
          return Step.done();
        }

        @Override
        public Step<Long> writeInode(Inode inode, boolean wait) {
          return Step.done(0L);
        }
      };

  /** {@code ->dirty_inode}: the inode is about to be marked dirty. */
  Step<Done> dirtyInode(Inode inode);

  /**
   * {@code ->write_inode}. Returns 0 or a negative errno.
   *
   * @param wait the inode is to be on disk when it returns
   */
  Step<Long> writeInode(Inode inode, boolean wait);
}
