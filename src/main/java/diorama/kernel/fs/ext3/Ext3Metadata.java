package diorama.kernel.fs.ext3;

import diorama.kernel.data.Content;
import diorama.kernel.fs.Buffer;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.fs.jbd.Jbd;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * Changes of metadata blocks of ext3 or ext4 within a handle: inodes, the bitmap, indirect blocks,
 * the superblock.
 *
 * <p>What a block holds stands for the changes up to a transaction: a stamp below {@link
 * #FIRST_STAMP} that counts transactions downwards, and the place of the sector on disk.
 */
public final class Ext3Metadata {
  /** Stamps of metadata are {@code FIRST_STAMP - tid}. */
  static final long FIRST_STAMP = -(1L << 32);

  private final String type;
  private final Ext3Super sb;
  private final Jbd jbd;
  private final Buffer buffer;
  private final Inode bdev;
  private final int blockSize;

  /**
   * The metadata of a file system.
   *
   * @param type ext3 or ext4, which its functions begin with
   */
  public Ext3Metadata(
      String type, Ext3Super sb, Jbd jbd, Buffer buffer, Inode bdev, int blockSize) {
    this.type = type;
    this.sb = sb;
    this.jbd = jbd;
    this.buffer = buffer;
    this.bdev = bdev;
    this.blockSize = blockSize;
  }

  /**
   * Write access to a block, the change, and its place in the transaction. Takes one credit for
   * each block and transaction. Returns 0 or a negative errno.
   */
  public Step<Long> change(Handle handle, long blocknr) {
    return buffer
        .getblk(bdev, blocknr)
        .then(bh -> changeBuffer(handle, bh, blocknr).alsoDo(() -> AddressSpaceActor.putBh(bh)));
  }

  private Step<Long> changeBuffer(Handle handle, BufferHead bh, long blocknr) {
    return jbd.buffers()
        .journalGetWriteAccess(handle, bh)
        .then(
            error ->
                error != 0
                    ? Step.done(error)
                    : AddressSpaceActor.fill(
                            bh.page(), bh.number() * sectors(), content(handle, blocknr))
                        .then(() -> jbd.buffers().journalDirtyMetadata(handle, bh)));
  }

  private Content content(Handle handle, long blocknr) {
    return Content.stamped(
        FIRST_STAMP - handle.transaction().tid(), blocknr * sectors(), sectors());
  }

  private int sectors() {
    return blockSize / 512;
  }

  /** {@code ext3_mark_inode_dirty}, inode.c:3155 (2.6.20): the inode's block is in the handle. */
  public Step<Long> markInodeDirty(Handle handle, Inode inode) {
    return Step.function(
        type + "_mark_inode_dirty",
        () -> change(handle, Ext3Layout.inodeBlock(inode.ino(), blockSize)));
  }

  /**
   * {@code ext3_dirty_inode}, inode.c:3181 (2.6.20), from {@code __mark_inode_dirty}: in the handle
   * that is open, or in one of its own.
   */
  public Step<Done> dirtyInode(Inode inode) {
    return Step.function(
        type + "_dirty_inode",
        () ->
            sb.journalStart(2)
                .then(
                    handle ->
                        handle.isErr()
                            ? Step.done()
                            : markInodeDirty(handle, inode)
                                .then(() -> jbd.journalStop(handle))
                                .map(e -> Done.DONE)));
  }

  /**
   * {@code ext3_orphan_add} and {@code ext3_orphan_del}, namei.c (2.6.20): the list starts in the
   * superblock and goes on in the inode.
   *
   * @param function {@code _orphan_add} or {@code _orphan_del}
   */
  public Step<Long> changeOrphanList(Handle handle, Inode inode, String function) {
    return Step.function(
        type + function,
        () ->
            change(handle, Ext3Layout.SUPERBLOCK)
                .then(error -> error != 0 ? Step.done(error) : markInodeDirty(handle, inode)));
  }
}
