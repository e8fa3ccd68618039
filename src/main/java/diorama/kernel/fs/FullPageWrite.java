package diorama.kernel.fs;

import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferFlags;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.WritebackControl;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;

/** One run of {@code __block_write_full_page}, buffer.c:1588 (2.6.20), with its locals. */
final class FullPageWrite {
  private final Buffer buffer;
  private final Inode inode;
  private final Page page;
  private final GetBlock getBlock;
  private final WritebackControl wbc;
  private final long lastBlock;

  private final List<BufferHead> asyncWrite = new ArrayList<>();
  private List<BufferHead> buffers = List.of();
  private long error;

  FullPageWrite(
      Buffer buffer,
      Inode inode,
      Page page,
      GetBlock getBlock,
      WritebackControl wbc,
      long lastBlock) {
    this.buffer = buffer;
    this.inode = inode;
    this.page = page;
    this.getBlock = getBlock;
    this.wbc = wbc;
    this.lastBlock = lastBlock;
  }

  /** Maps, locks and submits the dirty buffers; unlocks the page. Returns 0 or a negative errno. */
  Step<Long> run() {
    return buffersOfPage()
        .then(this::mapDirtyBuffers)
        .then(() -> Step.forEach(buffers, error == 0 ? this::lockForWrite : this::lockMapped))
        .then(() -> Step.when(error != 0, () -> AddressSpaceActor.setPageError(page)))
        .then(() -> AddressSpaceActor.setPageWriteback(page))
        .then(this::submitThenUnlock)
        .then(() -> Step.when(asyncWrite.isEmpty(), this::nothingUnderway))
        .then(() -> Step.done(error));
  }

  private Step<Done> buffersOfPage() {
    return Buffer.dirtyBuffers(inode, page)
        .map(
            all -> {
              buffers = all;
              return Done.DONE;
            });
  }

  /** Gets every dirty buffer a place on disk. */
  private Step<Done> mapDirtyBuffers() {
    int[] next = {0};
    return Step.loop(
        () -> {
          if (error != 0 || next[0] == buffers.size()) {
            return Step.done(false);
          }
          BufferHead bh = buffers.get(next[0]++);
          return mapDirtyBuffer(bh).map(d -> true);
        });
  }

  private Step<Done> mapDirtyBuffer(BufferHead bh) {
    long block = (page.index() << (Page.SHIFT - inode.blkbits())) + bh.number();
    if (block > lastBlock) {
      return AddressSpaceActor.testClearBufferDirty(bh)
          .then(() -> AddressSpaceActor.setBufferUptodate(bh, true));
    }
    return AddressSpaceActor.bufferFlags(bh)
        .then(flags -> needsBlock(flags) ? allocate(bh, block) : Step.done());
  }

  private static boolean needsBlock(BufferFlags flags) {
    return !flags.mapped() && flags.dirty();
  }

  private Step<Done> allocate(BufferHead bh, long block) {
    return getBlock
        .map(inode, block, 1, true)
        .then(
            mapping -> {
              error = mapping.error();
              return Step.when(
                  error == 0 && mapping.mapped(),
                  () -> AddressSpaceActor.mapBuffer(bh, mapping.block(), false));
            });
  }

  private Step<Done> lockForWrite(BufferHead bh) {
    return AddressSpaceActor.bufferFlags(bh)
        .then(
            flags -> {
              if (!flags.mapped()) {
                return Step.done();
              }
              return wbc.waitForAll()
                  ? buffer.lockBuffer(bh).then(() -> cleanForWrite(bh))
                  : AddressSpaceActor.tryLockBuffer(bh)
                      .then(
                          locked ->
                              locked ? cleanForWrite(bh) : AddressSpaceActor.setPageDirty(page));
            });
  }

  private Step<Done> cleanForWrite(BufferHead bh) {
    return AddressSpaceActor.testClearBufferDirty(bh)
        .then(dirty -> dirty ? markAsyncWrite(bh) : AddressSpaceActor.unlockBuffer(bh));
  }

  private Step<Done> markAsyncWrite(BufferHead bh) {
    asyncWrite.add(bh);
    return AddressSpaceActor.markBufferAsyncWrite(bh);
  }

  /** After a failed allocation: what was allocated before is written, the rest is cleaned. */
  private Step<Done> lockMapped(BufferHead bh) {
    return AddressSpaceActor.bufferFlags(bh)
        .then(
            flags ->
                flags.mapped() && flags.dirty()
                    ? buffer
                        .lockBuffer(bh)
                        .then(() -> AddressSpaceActor.testClearBufferDirty(bh))
                        .then(() -> markAsyncWrite(bh))
                    : AddressSpaceActor.testClearBufferDirty(bh).map(was -> Done.DONE));
  }

  /** From the unlock on, the page and its buffers can change under this context. */
  private Step<Done> submitThenUnlock() {
    return Step.forEach(
            asyncWrite, bh -> buffer.submitBh(Rw.WRITE, bh, false, buffer::endBufferAsyncWrite))
        .then(() -> AddressSpaceActor.unlockPage(page));
  }

  /** The page was dirty but somebody had written its buffers by hand. */
  private Step<Done> nothingUnderway() {
    boolean[] uptodate = {true};
    return Step.forEach(
            buffers,
            bh ->
                AddressSpaceActor.bufferFlags(bh)
                    .map(
                        flags -> {
                          uptodate[0] &= flags.uptodate();
                          return Done.DONE;
                        }))
        .then(() -> Step.when(uptodate[0], () -> AddressSpaceActor.setPageUptodate(page)))
        .then(() -> AddressSpaceActor.endPageWriteback(page));
  }
}
