package diorama.kernel;

import akka.actor.typed.ActorRef;
import diorama.kernel.block.BlockDeviceActor;
import diorama.kernel.data.Content;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.MountedFileSystem;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.PageFlags;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.CacheAtRest;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the pages of a cache beside what the device holds, for somebody outside to compare.
 *
 * <p>Nothing of it is the kernel's: it looks page by page, which is one picture only of a machine
 * that has come to rest.
 */
final class CacheView {
  private final Tracer tracer;
  private final MountedFileSystem fs;
  private final ActorRef<BlockDeviceActor.Command> bdev;

  CacheView(Tracer tracer, MountedFileSystem fs, ActorRef<BlockDeviceActor.Command> bdev) {
    this.tracer = tracer;
    this.fs = fs;
    this.bdev = bdev;
  }

  /** Traces one event for each file. */
  Step<Done> show(Iterable<Inode> inodes) {
    return Step.forEach(inodes, this::show);
  }

  private Step<Done> show(Inode inode) {
    List<CacheAtRest.Page> seen = new ArrayList<>();
    return AddressSpaceActor.nrpages(inode.mapping())
        .then(nrpages -> AddressSpaceActor.pagevecLookup(inode.mapping(), 0, nrpages))
        .then(pages -> Step.forEach(pages, page -> look(inode, page, seen)))
        .then(
            () ->
                Step.current(
                    c -> {
                      tracer.emit(
                          Tracepoint.of("cache at rest", c, new CacheAtRest(inode.ino(), seen)));
                      return Step.done();
                    }));
  }

  private Step<Done> look(Inode inode, Page page, List<CacheAtRest.Page> seen) {
    return AddressSpaceActor.pageFlags(page)
        .then(flags -> isComparable(flags) ? fs.isHome(inode, page) : Step.done(false))
        .then(
            comparable ->
                Step.when(
                    comparable,
                    () ->
                        AddressSpaceActor.content(page)
                            .then(cached -> compare(inode, page.index(), cached, seen))));
  }

  private static boolean isComparable(PageFlags flags) {
    return flags.inCache() && flags.uptodate() && !flags.dirty() && !flags.writeback();
  }

  private Step<Boolean> compare(
      Inode inode, long index, Content cached, List<CacheAtRest.Page> seen) {
    return onMedia(inode, index)
        .map(media -> seen.add(new CacheAtRest.Page(index, digest(cached), digest(media))));
  }

  /** What the device holds of a page; a hole is zeros. */
  private Step<Content> onMedia(Inode inode, long index) {
    int perPage = Page.SIZE >> inode.blkbits();
    int sectors = Page.SECTORS / perPage;
    List<Integer> blocks = new ArrayList<>();
    for (int i = 0; i < perPage; i++) {
      blocks.add(i);
    }
    Content[] media = {Content.zeros(Page.SECTORS)};
    return Step.forEach(
            blocks,
            block ->
                fs.bmap(inode, index * perPage + block)
                    .then(
                        found ->
                            found.mapped()
                                ? BlockDeviceActor.readMedia(bdev, found.block() * sectors, sectors)
                                : Step.done(Content.zeros(sectors)))
                    .map(
                        content -> {
                          media[0] = media[0].with(block * sectors, content);
                          return Done.DONE;
                        }))
        .map(d -> media[0]);
  }

  /** The same for the same sectors, however a content holds them. */
  private static long digest(Content content) {
    long digest = 0;
    for (int i = 0; i < content.sectors(); i++) {
      digest = 31 * digest + content.sector(i).digest();
    }
    return digest;
  }
}
