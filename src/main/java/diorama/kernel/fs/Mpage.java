package diorama.kernel.fs;

import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code fs/mpage.c}: reads pages without giving them buffers, so that nothing but their own flags
 * can keep them in the page cache.
 */
public final class Mpage {
  /** {@code bio_get_nr_vecs}: pages in one bio. */
  private static final int MAX_PAGES = 256;

  private final Buffer buffer;

  /** Reads through this device. */
  public Mpage(Buffer buffer) {
    this.buffer = buffer;
  }

  /** {@code mpage_readpage}, mpage.c (2.6.20): reads a locked page and returns 0. */
  public Step<Long> mpageReadpage(Inode inode, Page page, GetBlock getBlock) {
    return Step.function("mpage_readpage", () -> read(inode, List.of(page), getBlock));
  }

  /** {@code mpage_readpages}, mpage.c (2.6.20): reads locked pages in few bios and returns 0. */
  public Step<Long> mpageReadpages(Inode inode, List<Page> pages, GetBlock getBlock) {
    return Step.function("mpage_readpages", () -> read(inode, pages, getBlock));
  }

  private Step<Long> read(Inode inode, List<Page> pages, GetBlock getBlock) {
    return InodeActor.iSizeRead(inode)
        .then(iSize -> new Run(inode, getBlock, iSize).readAll(pages))
        .map(d -> 0L);
  }

  /** {@code mpage_end_io_read}, mpage.c (2.6.20), in interrupt. */
  private static Step<Done> mpageEndIoRead(List<Page> pages, BioEnd end) {
    return Step.function(
        "mpage_end_io_read", () -> Step.forEach(pages, page -> endPage(pages, page, end)));
  }

  private static Step<Done> endPage(List<Page> pages, Page page, BioEnd end) {
    int at = (int) (page.index() - pages.get(0).index()) * Page.SECTORS;
    int sectors = Math.min(Page.SECTORS, end.bio().sectors() - at);
    Step<Done> state =
        end.error() == 0
            ? AddressSpaceActor.fill(page, 0, end.data().slice(at, sectors))
                .then(() -> AddressSpaceActor.setPageUptodate(page))
            : AddressSpaceActor.clearPageUptodate(page)
                .then(() -> AddressSpaceActor.setPageError(page));
    return state.then(() -> AddressSpaceActor.unlockPage(page));
  }

  /** Where a page's blocks lie: {@code blocks} of them, one after the other, from {@code first}. */
  private static final class Layout {
    long first = -1;
    int blocks;
    boolean holeSeen;
    boolean confused;
  }

  /** The bio that is being filled while the pages are mapped. */
  private final class Run {
    private final Inode inode;
    private final GetBlock getBlock;
    private final long blocksInFile;
    private final int perPage;
    private List<Page> bioPages = new ArrayList<>();
    private long bioFirst;
    private int bioBlocks;

    Run(Inode inode, GetBlock getBlock, long iSize) {
      this.inode = inode;
      this.getBlock = getBlock;
      this.blocksInFile = ((iSize - 1) >> inode.blkbits()) + 1;
      this.perPage = Page.SIZE >> inode.blkbits();
    }

    Step<Done> readAll(List<Page> pages) {
      return Step.forEach(pages, this::doMpageReadpage).then(this::submit);
    }

    /** {@code do_mpage_readpage}, mpage.c (2.6.20). */
    private Step<Done> doMpageReadpage(Page page) {
      return Step.function(
          "do_mpage_readpage",
          () ->
              AddressSpaceActor.pageFlags(page)
                  .then(
                      flags -> {
                        Layout layout = new Layout();
                        layout.confused = flags.isPrivate();
                        return mapPage(page, layout).then(() -> addToBio(page, layout));
                      }));
    }

    private Step<Done> mapPage(Page page, Layout layout) {
      int[] at = {0};
      return Step.loop(
          () -> {
            if (layout.confused || at[0] == perPage) {
              return Step.done(false);
            }
            long block = page.index() * perPage + at[0];
            int wanted = (int) Math.min(perPage - at[0], blocksInFile - block);
            Step<BlockMapping> mapping =
                wanted > 0
                    ? getBlock.map(inode, block, wanted, false)
                    : Step.done(BlockMapping.HOLE);
            return mapping.map(
                m -> {
                  at[0] += note(layout, m, perPage - at[0]);
                  return true;
                });
          });
    }

    /** Notes what lies at the next block; returns how many blocks that covers. */
    private int note(Layout layout, BlockMapping mapping, int left) {
      if (!mapping.mapped()) {
        layout.confused |= mapping.error() != 0;
        layout.holeSeen = true;
        return 1;
      }
      int count = Math.min(left, mapping.blocks());
      boolean follows = layout.blocks == 0 || layout.first + layout.blocks == mapping.block();
      layout.confused |= layout.holeSeen || !follows;
      if (layout.blocks == 0) {
        layout.first = mapping.block();
      }
      layout.blocks += count;
      return count;
    }

    private Step<Done> addToBio(Page page, Layout layout) {
      if (layout.confused) {
        return submit()
            .then(() -> buffer.blockReadFullPage(inode, page, getBlock))
            .map(r -> Done.DONE);
      }
      int hole = layout.blocks << inode.blkbits();
      Step<Done> zeroed = Step.when(hole < Page.SIZE, () -> BlockWrite.zero(page, hole, Page.SIZE));
      if (layout.blocks == 0) {
        return zeroed
            .then(() -> AddressSpaceActor.setPageUptodate(page))
            .then(() -> AddressSpaceActor.unlockPage(page));
      }
      boolean joins =
          !bioPages.isEmpty()
              && bioPages.size() < MAX_PAGES
              && bioFirst + bioBlocks == layout.first
              && bioPages.get(bioPages.size() - 1).index() + 1 == page.index();
      return zeroed.then(() -> joins ? Step.done() : submit()).then(() -> append(page, layout));
    }

    private Step<Done> append(Page page, Layout layout) {
      if (bioPages.isEmpty()) {
        bioFirst = layout.first;
      }
      bioPages.add(page);
      bioBlocks += layout.blocks;
      return layout.blocks < perPage ? submit() : Step.done();
    }

    private Step<Done> submit() {
      if (bioPages.isEmpty()) {
        return Step.done();
      }
      List<Page> pages = bioPages;
      int sectorsPerBlock = 1 << (inode.blkbits() - 9);
      int sectors = bioBlocks * sectorsPerBlock;
      bioPages = new ArrayList<>();
      bioBlocks = 0;
      return buffer.submitPages(
          bioFirst * sectorsPerBlock, sectors, pages.get(0), end -> mpageEndIoRead(pages, end));
    }
  }
}
