package diorama.kernel.fs;

import diorama.kernel.Errno;
import diorama.kernel.data.Content;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferFlags;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of {@code __block_prepare_write}, buffer.c:1757 (2.6.20), and its commit counterpart; and
 * of {@code __block_write_begin} (4.2), which leaves BH_New set for {@code ->write_end}.
 */
final class BlockWrite {
  private final Buffer buffer;
  private final Inode inode;
  private final Page page;
  private final int from;
  private final int to;
  private final GetBlock getBlock;
  private final boolean keepsNew;

  private final List<BufferHead> newBuffers = new ArrayList<>();
  private final List<BufferHead> reads = new ArrayList<>();
  private List<BufferHead> buffers = List.of();
  private boolean pageUptodate;
  private long error;

  BlockWrite(Buffer buffer, Inode inode, Page page, int from, int to, GetBlock getBlock) {
    this(buffer, inode, page, from, to, getBlock, false);
  }

  BlockWrite(
      Buffer buffer,
      Inode inode,
      Page page,
      int from,
      int to,
      GetBlock getBlock,
      boolean keepsNew) {
    this.keepsNew = keepsNew;
    this.buffer = buffer;
    this.inode = inode;
    this.page = page;
    this.from = from;
    this.to = to;
    this.getBlock = getBlock;
  }

  /** Makes the page ready to be copied into. Returns 0 or a negative errno. */
  Step<Long> prepare() {
    return AddressSpaceActor.createEmptyBuffers(page, 1 << inode.blkbits(), false)
        .then(
            all -> {
              buffers = all;
              return AddressSpaceActor.pageFlags(page);
            })
        .then(
            flags -> {
              pageUptodate = flags.uptodate();
              return prepareAll();
            })
        .then(() -> Step.forEach(reads, this::waitForRead))
        .then(() -> Step.when(error != 0, () -> Step.forEach(newBuffers, this::zeroNew)))
        .then(() -> Step.done(error));
  }

  private Step<Done> prepareAll() {
    int[] next = {0};
    return Step.loop(
        () -> {
          if (error != 0 || next[0] == buffers.size()) {
            return Step.done(false);
          }
          BufferHead bh = buffers.get(next[0]++);
          return AddressSpaceActor.bufferFlags(bh)
              .then(flags -> prepareBuffer(bh, flags))
              .map(d -> true);
        });
  }

  private Step<Done> prepareBuffer(BufferHead bh, BufferFlags flags) {
    if (outside(bh, from, to)) {
      return Step.when(
          pageUptodate && !flags.uptodate(), () -> AddressSpaceActor.setBufferUptodate(bh, true));
    }
    if (flags.mapped()) {
      return Step.when(flags.isNew(), () -> AddressSpaceActor.mapBuffer(bh, flags.blocknr(), false))
          .then(() -> bringUptodate(bh, flags));
    }
    return mapBuffer(bh, flags);
  }

  private Step<Done> mapBuffer(BufferHead bh, BufferFlags flags) {
    long block = (page.index() << (Page.SHIFT - inode.blkbits())) + bh.number();
    return getBlock
        .map(inode, block, 1, true)
        .then(
            mapping -> {
              error = mapping.error();
              if (error != 0) {
                return Step.done();
              }
              boolean isNew = keepsNew && mapping.isNew() && !pageUptodate;
              return AddressSpaceActor.mapBuffer(bh, mapping.block(), isNew)
                  .then(() -> mapping.isNew() ? newBuffer(bh) : bringUptodate(bh, flags));
            });
  }

  private Step<Done> newBuffer(BufferHead bh) {
    newBuffers.add(bh);
    if (pageUptodate) {
      return AddressSpaceActor.setBufferUptodate(bh, true)
          .then(() -> Step.when(keepsNew, () -> AddressSpaceActor.markBufferDirty(bh)));
    }
    int start = start(bh);
    int end = start + bh.size();
    return Step.when(end > to, () -> zero(page, to, end))
        .then(() -> Step.when(start < from, () -> zero(page, start, from)));
  }

  private Step<Done> bringUptodate(BufferHead bh, BufferFlags flags) {
    if (pageUptodate) {
      return Step.when(!flags.uptodate(), () -> AddressSpaceActor.setBufferUptodate(bh, true));
    }
    boolean partial = start(bh) < from || start(bh) + bh.size() > to;
    if (flags.uptodate() || !partial) {
      return Step.done();
    }
    reads.add(bh);
    return buffer.llRwBlockRead(bh);
  }

  private Step<Done> waitForRead(BufferHead bh) {
    return buffer
        .waitOnBuffer(bh)
        .map(
            uptodate -> {
              error = uptodate ? error : -(long) Errno.EIO;
              return Done.DONE;
            });
  }

  /** A block that was allocated before the failure must not show what its disk block holds. */
  private Step<Done> zeroNew(BufferHead bh) {
    return zero(page, start(bh), start(bh) + bh.size())
        .then(() -> AddressSpaceActor.setBufferUptodate(bh, true))
        .then(() -> AddressSpaceActor.markBufferDirty(bh));
  }

  /** {@code __block_commit_write}, buffer.c:1878 (2.6.20). */
  static Step<Done> commit(Page page, List<BufferHead> buffers, int from, int to) {
    boolean[] partial = {false};
    return Step.forEach(
            buffers,
            bh ->
                outside(bh, from, to)
                    ? AddressSpaceActor.bufferFlags(bh)
                        .map(
                            flags -> {
                              partial[0] |= !flags.uptodate();
                              return Done.DONE;
                            })
                    : AddressSpaceActor.setBufferUptodate(bh, true)
                        .then(() -> AddressSpaceActor.markBufferDirty(bh)))
        .then(() -> Step.when(!partial[0], () -> AddressSpaceActor.setPageUptodate(page)));
  }

  /** {@code memset} of the bytes from..to of a page. */
  static Step<Done> zero(Page page, int from, int to) {
    return AddressSpaceActor.copyFromUser(page, from, Content.zeros(Page.SECTORS), 0, to - from);
  }

  static boolean outside(BufferHead bh, int from, int to) {
    return start(bh) + bh.size() <= from || start(bh) >= to;
  }

  private static int start(BufferHead bh) {
    return bh.number() * bh.size();
  }
}
