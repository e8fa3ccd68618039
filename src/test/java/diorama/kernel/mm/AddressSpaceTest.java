package diorama.kernel.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import diorama.kernel.sched.Done;
import diorama.kernel.sched.RecordingCaller;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressSpaceTest {
  private static final int BLOCK = 1024;
  private static final int ALL = 100;

  private final AddressSpace cache = new AddressSpace(null, Tracer.NONE, FreshPages.ZEROED);
  private final RecordingCaller<Done> me = RecordingCaller.process("me");

  /** A page as {@code add_to_page_cache} leaves it, with the lock given back. */
  private Page page(long index) {
    Page page = cache.addToPageCache(me.context(), index);
    assertThat(page).isNotNull();
    cache.unlockPage(page);
    return page;
  }

  private List<BufferHead> buffers(Page page) {
    return cache.createEmptyBuffers(page, BLOCK, true);
  }

  private boolean freeBuffers(Page page) {
    return cache.tryToFreeBuffers(me, page);
  }

  @Test
  void aPageIsAddedOnceAndComesLocked() {
    Page page = cache.addToPageCache(me.context(), 7);
    assertThat(cache.flags(page).locked()).isTrue();
    assertThat(cache.addToPageCache(me.context(), 7)).isNull();
    assertThat(cache.findGetPage(7)).isSameAs(page);
    assertThat(cache.nrpages()).isEqualTo(1);
  }

  @Test
  void pagesFarApartAreFoundInTheOrderOfTheFile() {
    Page far = page(1_000);
    Page near = page(3);
    assertThat(cache.lookup(0, ALL)).containsExactly(near, far);
    assertThat(cache.lookup(4, ALL)).containsExactly(far);
    assertThat(cache.lookup(0, 1)).containsExactly(near);
    assertThat(cache.lookup(1L << 40, ALL)).isEmpty();
    assertThat(cache.findGetPage(1L << 40)).isNull();
  }

  @Test
  void aLockedPageIsHandedToItsWaitersInTheOrderInWhichTheyCame() {
    Page page = page(0);
    RecordingCaller<Boolean> first = RecordingCaller.process("first");
    RecordingCaller<Boolean> second = RecordingCaller.process("second");
    RecordingCaller<Boolean> third = RecordingCaller.process("third");
    cache.lockPage(first, page);
    cache.lockPage(second, page);
    cache.lockPage(third, page);
    assertThat(first.answers()).containsExactly(true);
    assertThat(first.wakeups()).isZero();
    assertThat(second.isAnswered()).isFalse();
    assertThat(cache.tryLockPage(me.context(), page)).isFalse();

    cache.unlockPage(page);
    assertThat(second.wakeups()).isEqualTo(1);
    assertThat(third.isAnswered()).isFalse();
    assertThat(cache.flags(page).locked()).isTrue();

    cache.unlockPage(page);
    cache.unlockPage(page);
    assertThat(third.answers()).containsExactly(true);
    assertThat(cache.flags(page).locked()).isFalse();
  }

  @Test
  void whoWaitedForThePageLockHearsThatThePageHasLeftTheCache() {
    Page page = page(0);
    cache.tryLockPage(me.context(), page);
    RecordingCaller<Boolean> waiter = RecordingCaller.process("waiter");
    cache.lockPage(waiter, page);
    assertThat(cache.removeFromPageCache(me, page)).isTrue();
    cache.unlockPage(page);
    assertThat(waiter.answers()).containsExactly(false);
    assertThat(waiter.wakeups()).isEqualTo(1);
  }

  @Test
  void aDirtyPageStaysInTheCache() {
    Page page = page(0);
    cache.setPageDirty(page);
    assertThat(cache.removeFromPageCache(me, page)).isFalse();
    assertThat(cache.findGetPage(0)).isSameAs(page);
    assertThat(cache.flags(page).inCache()).isTrue();
  }

  @Test
  void aPageThatLeftTheCacheLeavesNoTagsAndMakesRoomForAnother() {
    Page page = page(0);
    cache.setPageDirty(page);
    cache.clearPageDirtyForIo(page);
    assertThat(cache.removeFromPageCache(me, page)).isTrue();
    cache.setPageDirty(page);
    assertThat(cache.lookupDirty(0, ALL)).isEmpty();
    assertThat(cache.nrpages()).isZero();
    assertThat(cache.addToPageCache(me.context(), 0)).isNotNull().isNotSameAs(page);
  }

  @Test
  void theTagsFollowAPageThroughItsWriteBack() {
    Page page = page(5);
    cache.setPageDirty(page);
    assertThat(cache.lookupDirty(0, ALL)).containsExactly(page);

    assertThat(cache.clearPageDirtyForIo(page)).isTrue();
    assertThat(cache.clearPageDirtyForIo(page)).isFalse();
    assertThat(cache.lookupDirty(0, ALL)).containsExactly(page);

    cache.setPageWriteback(page);
    assertThat(cache.lookupDirty(0, ALL)).isEmpty();
    assertThat(cache.lookupWriteback(0, ALL)).containsExactly(page);

    cache.endPageWriteback(me, page);
    assertThat(cache.lookupWriteback(0, ALL)).isEmpty();
    assertThat(cache.flags(page).writeback()).isFalse();
  }

  @Test
  void aPageThatIsDirtiedAgainBeforeItsWriteBackStartsKeepsItsDirtyTag() {
    Page page = page(0);
    cache.setPageDirty(page);
    cache.clearPageDirtyForIo(page);
    cache.setPageDirty(page);
    cache.setPageWriteback(page);
    assertThat(cache.lookupDirty(0, ALL)).containsExactly(page);
    assertThat(cache.lookupWriteback(0, ALL)).containsExactly(page);
  }

  @Test
  void theEndOfWriteBackWakesEverybodyWhoWaitsForIt() {
    Page page = page(0);
    RecordingCaller<Done> early = RecordingCaller.process("early");
    cache.waitOnPageWriteback(early, page);
    assertThat(early.isAnswered()).isTrue();
    assertThat(early.wakeups()).isZero();

    cache.setPageWriteback(page);
    RecordingCaller<Done> a = RecordingCaller.process("a");
    RecordingCaller<Done> b = RecordingCaller.process("b");
    cache.waitOnPageWriteback(a, page);
    cache.waitOnPageWriteback(b, page);
    assertThat(a.isAnswered()).isFalse();

    cache.endPageWriteback(me, page);
    assertThat(a.wakeups()).isEqualTo(1);
    assertThat(b.wakeups()).isEqualTo(1);
  }

  @Test
  void buffersThatNobodyNeedsAreFreed() {
    Page page = page(0);
    assertThat(buffers(page)).hasSize(Page.SIZE / BLOCK);
    assertThat(freeBuffers(page)).isTrue();
    assertThat(page.buffers()).isEmpty();
    assertThat(cache.flags(page).isPrivate()).isFalse();
  }

  @Test
  void oneReferenceOnOneBufferKeepsThemAll() {
    Page page = page(0);
    BufferHead last = buffers(page).get(3);
    assertThat(cache.getBh(me.context(), last)).isEqualTo(1);
    assertThat(freeBuffers(page)).isFalse();
    assertThat(page.buffers()).hasSize(4);

    assertThat(cache.putBh(me.context(), last)).isZero();
    assertThat(freeBuffers(page)).isTrue();
  }

  @Test
  void aDirtyBufferIsNotFreed() {
    Page page = page(0);
    BufferHead bh = buffers(page).get(1);
    cache.markBufferDirty(bh);
    assertThat(freeBuffers(page)).isFalse();
    assertThat(cache.testClearBufferDirty(bh)).isTrue();
    assertThat(freeBuffers(page)).isTrue();
  }

  @Test
  void aLockedBufferIsNotFreed() {
    Page page = page(0);
    BufferHead bh = buffers(page).get(1);
    assertThat(cache.tryLockBuffer(me.context(), bh)).isTrue();
    assertThat(freeBuffers(page)).isFalse();
    cache.unlockBuffer(me, bh);
    assertThat(freeBuffers(page)).isTrue();
  }

  @Test
  void buffersOfAPageUnderWriteBackAreNotFreed() {
    Page page = page(0);
    buffers(page);
    cache.setPageWriteback(page);
    assertThat(freeBuffers(page)).isFalse();
    cache.endPageWriteback(me, page);
    assertThat(freeBuffers(page)).isTrue();
  }

  @Test
  void aPageWhoseCleanBuffersAreFreedIsCleanItself() {
    Page page = page(0);
    BufferHead bh = buffers(page).get(0);
    cache.markBufferDirty(bh);
    assertThat(cache.flags(page).dirty()).isTrue();
    cache.testClearBufferDirty(bh);
    assertThat(cache.flags(page).dirty()).isTrue();

    assertThat(freeBuffers(page)).isTrue();
    assertThat(cache.flags(page).dirty()).isFalse();
    assertThat(cache.lookupDirty(0, ALL)).isEmpty();
  }

  @Test
  void freeingABufferWithAWriteErrorPassesTheErrorToTheMapping() {
    Page page = page(0);
    cache.setBufferWriteIoError(buffers(page).get(0));
    assertThat(freeBuffers(page)).isTrue();
    assertThat(cache.errors().testAndClearEio()).isTrue();
    assertThat(cache.errors().testAndClearEio()).isFalse();
  }

  @Test
  void onlyTheLastBufferUnderWriteBackSaysThatThePageIsThrough() {
    List<BufferHead> buffers = buffers(page(0));
    List<BufferHead> written = List.of(buffers.get(0), buffers.get(2));
    for (BufferHead bh : written) {
      cache.tryLockBuffer(me.context(), bh);
      cache.markBufferAsyncWrite(bh);
    }
    assertThat(cache.endBufferAsyncWrite(me, buffers.get(2))).isFalse();
    assertThat(cache.flags(buffers.get(2)).locked()).isFalse();
    assertThat(cache.flags(buffers.get(0)).locked()).isTrue();
    assertThat(cache.endBufferAsyncWrite(me, buffers.get(0))).isTrue();
  }

  @Test
  void aPageIsUptodateOnceItsLastBufferWasRead() {
    Page page = page(0);
    List<BufferHead> buffers = cache.createEmptyBuffers(page, 2048, false);
    for (BufferHead bh : buffers) {
      cache.tryLockBuffer(me.context(), bh);
      cache.markBufferAsyncRead(bh);
    }
    for (BufferHead bh : buffers) {
      assertThat(cache.flags(page).uptodate()).isFalse();
      cache.setBufferUptodate(bh, true);
      assertThat(cache.endBufferAsyncRead(me, bh)).isEqualTo(bh.number() == 1);
    }
    assertThat(cache.flags(page).uptodate()).isTrue();
  }

  @Test
  void whoWaitsForABufferHearsWhetherItIsUptodate() {
    BufferHead bh = buffers(page(0)).get(0);
    RecordingCaller<Boolean> early = RecordingCaller.process("early");
    cache.waitOnBuffer(early, bh);
    assertThat(early.answers()).containsExactly(true);

    cache.tryLockBuffer(me.context(), bh);
    RecordingCaller<Boolean> late = RecordingCaller.process("late");
    cache.waitOnBuffer(late, bh);
    assertThat(late.isAnswered()).isFalse();

    cache.writeFailed(bh);
    cache.unlockBuffer(me, bh);
    assertThat(late.answers()).containsExactly(false);
    assertThat(late.wakeups()).isEqualTo(1);
    assertThat(cache.errors().testAndClearEio()).isTrue();
  }

  @Test
  void puttingABufferThatNobodyHoldsIsADefect() {
    BufferHead bh = buffers(page(0)).get(0);
    assertThatThrownBy(() -> cache.putBh(me.context(), bh))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("page 0 bh");
  }

  @Test
  void pagesAreOldOnceTheyWereDirtyForSoManyRounds() {
    assertThat(cache.dirtyForRounds(1, 2)).isFalse();
    cache.setPageDirty(page(0));
    assertThat(cache.dirtyForRounds(2, 2)).isFalse();
    assertThat(cache.dirtyForRounds(3, 2)).isFalse();
    assertThat(cache.dirtyForRounds(4, 2)).isTrue();
  }

  @Test
  void aCacheIsAtRestWhenNothingIsLockedOrUnderWriteBack() {
    Page page = page(0);
    BufferHead bh = buffers(page).get(0);
    assertThat(cache.atRest()).isTrue();
    cache.tryLockPage(me.context(), page);
    assertThat(cache.atRest()).isFalse();
    cache.unlockPage(page);
    cache.tryLockBuffer(me.context(), bh);
    assertThat(cache.atRest()).isFalse();
    cache.unlockBuffer(me, bh);
    cache.setPageWriteback(page);
    assertThat(cache.atRest()).isFalse();
    cache.endPageWriteback(me, page);
    assertThat(cache.atRest()).isTrue();
  }
}
