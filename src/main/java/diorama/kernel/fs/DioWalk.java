package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.block.Bio;
import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.block.BlockDeviceActor;
import diorama.kernel.block.DeviceParameters;
import diorama.kernel.data.Content;
import diorama.kernel.fs.Dio.Setup;
import diorama.kernel.fs.UserSegment.UserPage;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Memory;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Oops.Bug;
import diorama.kernel.sched.Step;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The submission half of {@code struct dio}, and the functions of fs/direct-io.c that walk user
 * pages and file blocks and make bios of them.
 *
 * <p>All fields belong to the submitting context. Nothing here takes a lock except {@code
 * dio_bio_submit} and {@code dio_bio_reap} (bio_lock), and get_user_pages where the source is a
 * mapping of a file (mmap_sem). A page of such a source has a reference from get_user_pages until
 * the walk is through with it, one for the section that is kept back, and that one goes to the bio.
 *
 * <p>Left out: {@code buffer_boundary} (a {@link BlockMapping} has none, so no bio is sent early in
 * front of an indirect block), {@code clean_blockdev_aliases} (there is no page cache of the block
 * device) and the dirtying of a read's target pages.
 */
final class DioWalk {
  private static final int PAGE_SIZE = Page.SIZE;

  /** {@code DIO_PAGES}: how many user pages are pinned at a time. */
  static final int DIO_PAGES = 64;

  /** {@code dio_bio_reap} looks at the list once for so many bios. */
  private static final int REAP_EVERY = 64;

  private static final Step<Long> OK = Step.done(0L);

  /** Who ends the bios that this walk submits. */
  interface BioEndings {
    /** {@code bi_end_io}: runs in interrupt. */
    Step<Done> endIo(DioRef dio, boolean isAsync, BioEnd end);

    /** {@code dio_bio_complete}, called by {@code dio_bio_reap}: 0 or -EIO. */
    Step<Long> dioBioComplete(DioRef dio, BioEnd end);
  }

  private final KernelProfile profile;
  private final ActorRef<DioActor.Command> dios;
  private final ActorRef<BlockDeviceActor.Command> bdev;
  private final DeviceParameters device;
  private final BioEndings endings;
  private final DioRef dio;
  private final Setup setup;
  private final GetBlock getBlock;

  private final int blkbits;
  private final int blkfactor;
  private int pagesInIo;
  private long blockInFile;
  private long finalBlockInRequest;
  private int blocksAvailable;
  private int blockInPage;
  private boolean startZeroDone;
  private BlockMapping mapBh = BlockMapping.HOLE;
  private long nextBlockForIo = -1;
  private long finalBlockInBio = -1;
  private int reapCounter;
  private @Nullable DioBio bio;

  private @Nullable UserPage curPage;
  private int curPageOffset;
  private int curPageLen;
  private long curPageBlock;

  private @Nullable UserSegment segment;
  private final UserPage[] pages = new UserPage[DIO_PAGES];
  private int pagesHead;
  private int pagesTail;
  private int pagesPinned;
  private int totalPages;
  private long currUserAddress;

  private long pageErrors;
  private long result;
  private long ret;
  private boolean eof;

  DioWalk(
      KernelProfile profile,
      ActorRef<DioActor.Command> dios,
      ActorRef<BlockDeviceActor.Command> bdev,
      DeviceParameters device,
      BioEndings endings,
      DioRef dio,
      Setup setup,
      GetBlock getBlock,
      int blkbits,
      long offset) {
    this.profile = profile;
    this.dios = dios;
    this.bdev = bdev;
    this.device = device;
    this.endings = endings;
    this.dio = dio;
    this.setup = setup;
    this.getBlock = getBlock;
    this.blkbits = blkbits;
    this.blkfactor = setup.inode().blkbits() - blkbits;
    this.blockInFile = offset >> blkbits;
    this.pagesInIo = blkfactor == 0 ? 0 : 2;
  }

  /** {@code dio->result}: bytes covered by what was submitted. */
  long result() {
    return result;
  }

  /** {@code dio->page_errors}: 0, or why user pages could not be pinned. */
  long pageErrors() {
    return pageErrors;
  }

  private boolean isWrite() {
    return setup.rw() == Rw.WRITE;
  }

  // ---- the iovec loop of direct_io_worker ----

  /** Walks all segments: 0 or a negative errno; -ENOTBLK where a write met a hole. */
  Step<Long> walkSegments(List<UserSegment> segments) {
    for (UserSegment s : segments) {
      long last = s.base() + s.length() + PAGE_SIZE - 1;
      pagesInIo += (int) (last / PAGE_SIZE - s.base() / PAGE_SIZE);
    }
    return Step.forEach(segments, s -> ret == 0 ? walkSegment(s) : Step.done()).map(x -> ret);
  }

  private Step<Done> walkSegment(UserSegment s) {
    segment = s;
    blockInPage = (int) (s.base() & (PAGE_SIZE - 1)) >> blkbits;
    finalBlockInRequest = blockInFile + (s.length() >> blkbits);
    pagesHead = 0;
    pagesTail = 0;
    pagesPinned = 0;
    long misaligned = s.base() & (PAGE_SIZE - 1);
    totalPages = (int) ((misaligned + s.length() + PAGE_SIZE - 1) / PAGE_SIZE);
    currUserAddress = s.base();
    return doDirectIo()
        .map(
            error -> {
              ret = error;
              result += s.length() - ((finalBlockInRequest - blockInFile) << blkbits);
              return Done.DONE;
            });
  }

  /**
   * What {@code direct_io_worker} does after its iovec loop, up to the last bio's submission. That
   * a hole was met is no error since c58d3aeb: the caller sees how far the write came.
   */
  Step<Long> sendRest(long walked) {
    boolean partIsSuccess = profile.fixed(Fix.FALLBACK_FOR_REMAINDER);
    ret = partIsSuccess && walked == -Errno.ENOTBLK && isWrite() ? 0 : walked;
    return dioZeroBlock(true)
        .then(() -> curPage == null ? OK : sendAndDropCurPage())
        .then(
            error -> {
              ret = ret == 0 ? error : ret;
              return bio == null ? Step.done() : dioBioSubmit(bio);
            })
        .then(this::dioCleanup)
        .map(x -> ret);
  }

  /** {@code dio_cleanup}: drops the pages that the walk did not come to. */
  private Step<Done> dioCleanup() {
    return Step.loop(
        () ->
            pagesHead == pagesTail
                ? Step.done(false)
                : pageCacheRelease(pages[pagesHead++]).map(x -> true));
  }

  private static Step<Done> pageCacheRelease(UserPage page) {
    Page mapped = page.page();
    return mapped == null ? Step.done() : Memory.putPage(mapped);
  }

  private static Step<Done> pageCacheGet(UserPage page) {
    Page mapped = page.page();
    return mapped == null ? Step.done() : Memory.getPage(mapped);
  }

  // ---- do_direct_IO ----

  /**
   * {@code do_direct_IO}, fs/direct-io.c:799 (2.6.20): one round for each user page, and in it one
   * for each run of blocks. Returns 0 or a negative errno.
   */
  private Step<Long> doDirectIo() {
    return Step.function(
        "do_direct_IO",
        () -> {
          eof = false;
          return Step.loop(() -> blockInFile < finalBlockInRequest ? nextPage() : Step.done(false))
              .map(x -> ret);
        });
  }

  private Step<Boolean> nextPage() {
    return dioGetPage().then(there -> there ? allOf(pages[pagesHead++]) : Step.done(false));
  }

  private Step<Boolean> allOf(UserPage page) {
    return Step.loop(() -> nextChunk(page))
        .then(() -> pageCacheRelease(page))
        .map(
            x -> {
              blockInPage = 0;
              return ret == 0 && !eof;
            });
  }

  /** One run of blocks that lies in one page; whether the page has more. */
  private Step<Boolean> nextChunk(UserPage page) {
    if (blocksAvailable > 0) {
      return chunk(page);
    }
    return getMoreBlocks()
        .then(
            error -> {
              if (error != 0) {
                return stop(error);
              }
              if (!mapBh.mapped()) {
                return hole(page);
              }
              startMapping();
              return chunk(page);
            });
  }

  private Step<Boolean> stop(long error) {
    ret = error;
    return Step.done(false);
  }

  private void startMapping() {
    blocksAvailable = mapBh.blocks() << blkfactor;
    nextBlockForIo = mapBh.block() << blkfactor;
    if (blkfactor != 0) {
      int remainder = (int) (blockInFile & ((1L << blkfactor) - 1));
      if (!mapBh.isNew()) {
        nextBlockForIo += remainder;
      }
      blocksAvailable -= remainder;
    }
  }

  /**
   * A hole: a write leaves it to buffered I/O, a read finds zeros there, or the end of the file.
   */
  private Step<Boolean> hole(UserPage page) {
    if (isWrite()) {
      return stop(-Errno.ENOTBLK);
    }
    return InodeActor.iSizeRead(setup.inode())
        .map(
            iSize -> {
              long endBlock = (iSize + (1L << blkbits) - 1) >> blkbits;
              if (blockInFile >= endBlock) {
                eof = true;
                return false;
              }
              zeroFill(page);
              blockInFile++;
              blockInPage++;
              return pageHasMore();
            });
  }

  private void zeroFill(UserPage page) {
    UserSegment memory = page.segment();
    if (memory != null) {
      memory.store(
          memory.sectorAt(page, blockInPage << blkbits), Content.zeros(1 << (blkbits - 9)));
    }
  }

  private boolean pageHasMore() {
    return blockInFile < finalBlockInRequest && blockInPage < PAGE_SIZE >> blkbits;
  }

  private Step<Boolean> chunk(UserPage page) {
    if (blkfactor != 0 && !startZeroDone) {
      return dioZeroBlock(false).then(() -> submitChunk(page));
    }
    return submitChunk(page);
  }

  private Step<Boolean> submitChunk(UserPage page) {
    int inPage = (PAGE_SIZE >> blkbits) - blockInPage;
    int blocks =
        (int) Math.min(Math.min(blocksAvailable, inPage), finalBlockInRequest - blockInFile);
    return submitPageSection(page, blockInPage << blkbits, blocks << blkbits, nextBlockForIo)
        .then(
            error -> {
              if (error != 0) {
                return stop(error);
              }
              nextBlockForIo += blocks;
              blockInFile += blocks;
              blockInPage += blocks;
              blocksAvailable -= blocks;
              return Step.done(pageHasMore());
            });
  }

  // ---- user pages ----

  /** {@code dio_get_page}: whether there is a next pinned user page; else why is in {@code ret}. */
  private Step<Boolean> dioGetPage() {
    if (pagesHead != pagesTail) {
      return Step.done(true);
    }
    return dioRefillPages()
        .map(
            error -> {
              ret = error;
              return error == 0;
            });
  }

  /**
   * {@code dio_refill_pages}: pins up to 64 pages. Returns 0 or -EFAULT. When a write faults and
   * the file system has mapped blocks that are not written yet, they get zeros, because otherwise
   * they would show what the disk held there before.
   */
  private Step<Long> dioRefillPages() {
    UserSegment memory = Objects.requireNonNull(segment);
    int wanted = Math.min(totalPages - pagesPinned, DIO_PAGES);
    return memory.getUserPages(currUserAddress, wanted).map(this::refill);
  }

  private long refill(List<UserPage> found) {
    int pinned = found.size();
    if (pinned == 0) {
      if (blocksAvailable == 0 || !isWrite()) {
        return -Errno.EFAULT;
      }
      if (pageErrors == 0) {
        pageErrors = -Errno.EFAULT;
      }
      pages[0] = UserPage.ZERO;
      pagesHead = 0;
      pagesTail = 1;
      return 0;
    }
    for (int i = 0; i < pinned; i++) {
      pages[i] = found.get(i);
    }
    currUserAddress += (long) pinned * PAGE_SIZE;
    pagesPinned += pinned;
    pagesHead = 0;
    pagesTail = pinned;
    return 0;
  }

  // ---- blocks ----

  /**
   * {@code get_more_blocks}: asks the file system for the next mapping. With DIO_SKIP_HOLES it may
   * not allocate inside i_size, so a hole stays a hole and is left to buffered I/O. Returns 0 or a
   * negative errno, that of an earlier page fault first.
   */
  private Step<Long> getMoreBlocks() {
    if (pageErrors != 0) {
      return Step.done(pageErrors);
    }
    return Step.function(
        "get_more_blocks",
        () ->
            isWrite()
                ? InodeActor.iSizeRead(setup.inode())
                    .then(iSize -> map(getBlock.fillsHoles() || blockInFile >= iSize >> blkbits))
                : map(false));
  }

  private Step<Long> map(boolean create) {
    long startBlock = blockInFile >> blkfactor;
    long count = (finalBlockInRequest - blockInFile + (1L << blkfactor) - 1) >> blkfactor;
    int asked = (int) Math.min(Integer.MAX_VALUE >> blkfactor, count);
    return getBlock
        .map(setup.inode(), startBlock, asked, create)
        .map(
            found -> {
              mapBh = found;
              return found.error();
            });
  }

  /**
   * {@code dio_zero_block}: fills the part of a new file system block that the request does not
   * cover, in front of it or behind it.
   */
  private Step<Done> dioZeroBlock(boolean end) {
    startZeroDone = true;
    if (blkfactor == 0 || !mapBh.isNew()) {
      return Step.done();
    }
    int perBlock = 1 << blkfactor;
    int covered = (int) (blockInFile & (perBlock - 1));
    if (covered == 0) {
      return Step.done();
    }
    int blocks = end ? perBlock - covered : covered;
    return submitPageSection(UserPage.ZERO, 0, blocks << blkbits, nextBlockForIo)
        .map(
            error -> {
              nextBlockForIo += error == 0 ? blocks : 0;
              return Done.DONE;
            });
  }

  // ---- from page sections to bios ----

  /**
   * {@code submit_page_section}: keeps one section back, so that the next one can make it longer.
   * Returns 0 or a negative errno.
   */
  private Step<Long> submitPageSection(UserPage page, int offset, int bytes, long block) {
    if (page.equals(curPage)
        && curPageOffset + curPageLen == offset
        && curPageBlock + (curPageLen >> blkbits) == block) {
      curPageLen += bytes;
      return OK;
    }
    Step<Long> before = curPage == null ? OK : sendAndDropCurPage();
    return before.then(error -> error == 0 ? keep(page, offset, bytes, block) : Step.done(error));
  }

  private Step<Long> keep(UserPage page, int offset, int bytes, long block) {
    curPage = page;
    curPageOffset = offset;
    curPageLen = bytes;
    curPageBlock = block;
    return pageCacheGet(page).map(x -> 0L);
  }

  private Step<Long> sendAndDropCurPage() {
    UserPage page = Objects.requireNonNull(curPage);
    return dioSendCurPage()
        .then(
            error -> {
              curPage = null;
              return error == 0 ? OK : pageCacheRelease(page).map(x -> error);
            });
  }

  /** {@code dio_send_cur_page}: puts the kept section into a bio. Returns 0 or a negative errno. */
  private Step<Long> dioSendCurPage() {
    DioBio old = bio;
    if (old != null && finalBlockInBio == curPageBlock && dioBioAddPage(old)) {
      return OK;
    }
    return Step.function(
        "dio_send_cur_page",
        () -> (old == null ? Step.done() : dioBioSubmit(old)).then(this::dioNewBio));
  }

  /** {@code dio_new_bio}, and the section as the first in it. */
  private Step<Long> dioNewBio() {
    return Step.function("dio_new_bio", this::dioBioReap)
        .then(
            error -> {
              if (error != 0) {
                return Step.done(error);
              }
              int vecs = Math.min(pagesInIo, device.bioGetNrVecs());
              if (vecs <= 0) {
                return bug("dio_new_bio");
              }
              DioBio made = new DioBio(curPageBlock << (blkbits - 9), device.maxSectors(), vecs);
              bio = made;
              return dioBioAddPage(made) ? OK : bug("dio_send_cur_page");
            });
  }

  private Step<Long> bug(String function) {
    return Step.die(
        new Bug("fs/direct-io.c", profile.line("fs/direct-io.c", function), List.of(function)));
  }

  /** {@code dio_bio_add_page}: whether the kept section fitted into the bio. */
  private boolean dioBioAddPage(DioBio into) {
    UserPage page = Objects.requireNonNull(curPage);
    if (!into.addPage(page, curPageOffset, curPageLen)) {
      return false;
    }
    if (curPageOffset + curPageLen == PAGE_SIZE) {
      pagesInIo--;
    }
    finalBlockInBio = curPageBlock + (curPageLen >> blkbits);
    return true;
  }

  /**
   * {@code dio_bio_submit}: takes a reference for the bio under bio_lock, then submits it. A write
   * is WRITE_SYNC, which leaves the queue unplugged; a read waits for {@code
   * blk_run_address_space}.
   */
  private Step<Done> dioBioSubmit(DioBio assembled) {
    bio = null;
    return Step.function(
        "dio_bio_submit",
        () ->
            Step.forEach(assembled.pieces(), DioWalk::take)
                .then(() -> DioActor.bioSubmit(dios, dio))
                .then(
                    number ->
                        isWrite()
                            ? BlockDeviceActor.submitBioSync(bdev, bio(number, assembled))
                            : BlockDeviceActor.submitBio(bdev, bio(number, assembled))));
  }

  /** A bio holds what its pages held when it was submitted. */
  private static Step<Done> take(DioBio.Piece piece) {
    return AddressSpaceActor.content(piece.page())
        .map(
            content -> {
              piece.take(content);
              return Done.DONE;
            });
  }

  /**
   * The pages are let go in the interrupt; of a synchronous request the kernel's submitter does.
   */
  private static Step<Done> release(DioBio ended) {
    return Step.forEach(ended.pieces(), piece -> Memory.putPage(piece.page()));
  }

  private Bio bio(long number, DioBio assembled) {
    DioRef pointer = dio;
    boolean isAsync = setup.isAsync();
    BioEndings callback = endings;
    return new Bio(
        number,
        setup.rw(),
        assembled.sector(),
        assembled.sectors(),
        isWrite() ? assembled.data() : Content.zeros(assembled.sectors()),
        false,
        pointer,
        end -> {
          if (end.error() == 0) {
            assembled.store(end.data());
          }
          Step<Done> rest = callback.endIo(pointer, isAsync, end);
          return assembled.pieces().isEmpty() ? rest : release(assembled).then(() -> rest);
        });
  }

  /** {@code dio_bio_reap}: frees finished bios now and then. Returns 0 or -EIO. */
  private Step<Long> dioBioReap() {
    if (reapCounter++ < REAP_EVERY) {
      return OK;
    }
    long[] first = {0};
    return Step.loop(
            () ->
                DioActor.bioListEmpty(dios, dio)
                    .then(empty -> empty ? Step.done(false) : reapOne(first)))
        .map(
            x -> {
              reapCounter = 0;
              return first[0];
            });
  }

  private Step<Boolean> reapOne(long[] first) {
    return DioActor.reap(dios, dio)
        .then(reaped -> reaped.bio() == null ? OK : endings.dioBioComplete(dio, reaped.bio()))
        .map(
            error -> {
              first[0] = first[0] == 0 ? error : first[0];
              return true;
            });
  }
}
