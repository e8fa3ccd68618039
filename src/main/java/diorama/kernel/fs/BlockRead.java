package diorama.kernel.fs;

import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferFlags;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;

/** One run of {@code block_read_full_page}, buffer.c:1919 (2.6.20), with its locals. */
final class BlockRead {
  private final Buffer buffer;
  private final Inode inode;
  private final Page page;
  private final GetBlock getBlock;
  private final List<BufferHead> reads = new ArrayList<>();
  private boolean failed;

  BlockRead(Buffer buffer, Inode inode, Page page, GetBlock getBlock) {
    this.buffer = buffer;
    this.inode = inode;
    this.page = page;
    this.getBlock = getBlock;
  }

  /** Reads the page's buffers that are not up to date; the last one's end unlocks the page. */
  Step<Long> run() {
    return InodeActor.iSizeRead(inode)
        .then(iSize -> mapAll(((iSize - 1) >> inode.blkbits()) + 1))
        .then(() -> reads.isEmpty() ? nothingToRead() : readAll())
        .map(d -> 0L);
  }

  private Step<Done> mapAll(long blocksInFile) {
    return AddressSpaceActor.createEmptyBuffers(page, 1 << inode.blkbits(), false)
        .then(
            buffers ->
                Step.forEach(
                    buffers,
                    bh ->
                        AddressSpaceActor.bufferFlags(bh)
                            .then(flags -> consider(bh, flags, blocksInFile))));
  }

  private Step<Done> consider(BufferHead bh, BufferFlags flags, long blocksInFile) {
    if (flags.uptodate()) {
      return Step.done();
    }
    if (flags.mapped()) {
      reads.add(bh);
      return Step.done();
    }
    long block = (page.index() << (Page.SHIFT - inode.blkbits())) + bh.number();
    return block < blocksInFile
        ? getBlock.map(inode, block, 1, false).then(mapping -> mapped(bh, mapping))
        : mapped(bh, BlockMapping.HOLE);
  }

  private Step<Done> mapped(BufferHead bh, BlockMapping mapping) {
    if (mapping.mapped()) {
      reads.add(bh);
      return AddressSpaceActor.mapBuffer(bh, mapping.block(), false);
    }
    failed |= mapping.error() != 0;
    int start = bh.number() * bh.size();
    return Step.when(mapping.error() != 0, () -> AddressSpaceActor.setPageError(page))
        .then(() -> BlockWrite.zero(page, start, start + bh.size()))
        .then(
            () ->
                Step.when(
                    mapping.error() == 0, () -> AddressSpaceActor.setBufferUptodate(bh, true)));
  }

  private Step<Done> nothingToRead() {
    return Step.when(!failed, () -> AddressSpaceActor.setPageUptodate(page))
        .then(() -> AddressSpaceActor.unlockPage(page));
  }

  private Step<Done> readAll() {
    return Step.forEach(
            reads,
            bh -> buffer.lockBuffer(bh).then(() -> AddressSpaceActor.markBufferAsyncRead(bh)))
        .then(() -> Step.forEach(reads, this::readUnlessUptodate));
  }

  private Step<Done> readUnlessUptodate(BufferHead bh) {
    return AddressSpaceActor.bufferFlags(bh)
        .then(
            flags ->
                flags.uptodate()
                    ? buffer.endBufferAsyncRead(bh, true)
                    : buffer.submitBh(Rw.READ, bh, false, buffer::endBufferAsyncRead));
  }
}
