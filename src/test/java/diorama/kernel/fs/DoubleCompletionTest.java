package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.sched.Address;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.Oops;
import diorama.kernel.sched.RecordingCaller;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section 1.4 and 1.5 of the facts: what a second aio_complete finds, in both orders. */
class DoubleCompletionTest {
  private static final long EIO = -5;

  private final AioSections aio = new AioSections(AioSections.LINUX_2_6_20, AfterFree.REUSED);

  @Test
  void theSubmitterFirstAndThenTheInterruptPostsASecondEventBeforeItDies() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 7);
    assertThat(aio.complete(aio.process, iocb, EIO).answers()).containsExactly(false);
    assertThat(aio.putReq(iocb).answers()).containsExactly(true);

    RecordingCaller<Boolean> second = aio.complete(aio.interrupt, iocb, 4096);

    assertThat(second.oopses()).containsExactly(new Oops.Bug("fs/aio.c", 512, List.of()));
    assertThat(second.isAnswered()).isFalse();
    assertThat(aio.events(ctx))
        .containsExactly(new IoEvent(7, 1007, EIO, 0), new IoEvent(7, 1007, 4096, 0));
    assertThat(aio.traced("use after free").get(0).detail()).isEqualTo("kiocb is FREED");
    assertThat(aio.traced("aio_complete")).extracting(t -> t.b()).containsExactly(1L, -1L);
  }

  @Test
  void theInterruptFirstAndThenTheSubmitterDiesInItsOwnPut() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 7);
    assertThat(aio.complete(aio.interrupt, iocb, 4096).answers()).containsExactly(false);
    assertThat(aio.complete(aio.process, iocb, EIO).answers()).containsExactly(true);

    RecordingCaller<Boolean> put = aio.putReq(iocb);

    assertThat(put.oopses())
        .containsExactly(new Oops.Bug("fs/aio.c", 512, List.of("__aio_put_req")));
    assertThat(aio.events(ctx)).extracting(IoEvent::res).containsExactly(4096L, EIO);
    assertThat(aio.traced("aio_put_req").get(0).a()).isEqualTo(-1);
  }

  @Test
  void theLineOfTheBugIsThatOfTheKernel() {
    AioSections old = new AioSections(AioSections.LINUX_2_6_19, AfterFree.REUSED);
    Kiocb iocb = old.submitted(old.ioctx(8), 7);
    old.complete(old.process, iocb, EIO);
    old.putReq(iocb);
    assertThat(old.complete(old.interrupt, iocb, 4096).oopses().get(0).headline())
        .isEqualTo("kernel BUG at fs/aio.c:509!");
  }

  @Test
  void whoeverWantsTheLockOfTheDeadSpinsForEverWhileEventsCanStillBeRead() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 7);
    Kiocb other = aio.submitted(ctx, 8);
    aio.complete(aio.process, iocb, EIO);
    aio.putReq(iocb);
    aio.complete(aio.interrupt, iocb, 4096);

    RecordingCaller<Boolean> spinning = aio.complete(RecordingCaller.interrupt(), other, 4096);

    assertThat(spinning.isAnswered()).isFalse();
    assertThat(spinning.oopses()).isEmpty();
    assertThat(aio.content(ctx).ctxLock.spinning()).isEqualTo(1);
    assertThat(aio.events(ctx)).hasSize(2);
  }

  @Test
  void aReusedSlotCompletesTheNewRequestEarlyAndThatOneDiesLater() {
    Address ctx = aio.ioctx(8);
    Kiocb stale = aio.submitted(ctx, 7);
    aio.complete(aio.process, stale, EIO);
    aio.putReq(stale);
    Address otherCtx = aio.ioctx(8, new Mm());
    Kiocb young = aio.submitted(otherCtx, 9);
    assertThat(young.address().slot()).isEqualTo(stale.address().slot());

    assertThat(aio.complete(aio.interrupt, stale, 4096).answers()).containsExactly(false);

    assertThat(aio.events(otherCtx)).containsExactly(new IoEvent(9, 1009, 4096, 0));
    assertThat(aio.traced("use after free").get(0).subject()).isEqualTo(stale);
    assertThat(aio.traced("use after free").get(0).related()).isEqualTo(young);
    assertThat(aio.traced("event").get(1).subject()).isEqualTo(young);
    assertThat(aio.putReq(young).answers()).containsExactly(true);
    assertThat(aio.complete(aio.interrupt, young, 512).oopses()).hasSize(1);
  }

  @Test
  void aSlotThatIsReusedButNotYetFilledPostsTheOldNames() {
    Address ctx = aio.ioctx(8);
    Kiocb stale = aio.submitted(ctx, 7);
    aio.complete(aio.process, stale, EIO);
    aio.putReq(stale);
    aio.events(ctx);
    Kiocb young = aio.<Kiocb>ask(c -> aio.memory.kiocbs().allocKiocb(c, ctx, aio.filp, 0, 512));
    aio.<Boolean>ask(c -> aio.memory.kiocbs().getReq(c, young, ctx));

    aio.complete(aio.interrupt, stale, 4096);

    assertThat(aio.events(ctx)).containsExactly(new IoEvent(7, 1007, 4096, 0));
    assertThat(aio.traced("event").get(1).subject()).isEqualTo(stale);
  }

  @Test
  void poisonIsFoundOnTheWayToTheLock() {
    AioSections debug = new AioSections(AioSections.LINUX_2_6_20, AfterFree.POISONED);
    Address ctx = debug.ioctx(8);
    Kiocb iocb = debug.submitted(ctx, 7);
    debug.complete(debug.process, iocb, EIO);
    debug.putReq(iocb);

    RecordingCaller<Boolean> second = debug.complete(debug.interrupt, iocb, 4096);

    assertThat(second.oopses().get(0).headline())
        .isEqualTo("BUG: unable to handle kernel paging request at virtual address 6b6b6b8b");
    assertThat(debug.content(ctx).ctxLock.owner()).isNull();
    assertThat(debug.events(ctx)).hasSize(1);
  }

  @Test
  void aKiocbPoisonedBetweenTheTwoStepsIsFoundUnderTheLock() {
    AioSections debug = new AioSections(AioSections.LINUX_2_6_20, AfterFree.POISONED);
    Address ctx = debug.ioctx(8);
    Kiocb iocb = debug.submitted(ctx, 7);
    debug.complete(debug.process, iocb, EIO);
    Address read = debug.<Address>ask(c -> debug.memory.kiocbs().readKiCtx(c, iocb));
    debug.putReq(iocb);

    RecordingCaller<Boolean> second =
        debug.run(debug.interrupt, c -> debug.memory.kiocbs().complete(c, iocb, read, 4096, 0));

    assertThat(second.oopses()).hasOnlyElementsOfType(Oops.PagingFault.class).hasSize(1);
    assertThat(debug.content(ctx).ctxLock.owner()).isSameAs(debug.interrupt.context());
  }

  @Test
  void aDestroyedContextHasNoRingToPostInto() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 7);
    aio.complete(aio.process, iocb, EIO);
    aio.putReq(iocb);
    aio.free(ctx);

    assertThat(aio.complete(aio.interrupt, iocb, 4096).oopses())
        .containsExactly(new Oops.PagingFault(0x3c, List.of()));
    assertThat(aio.traced("event")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"INTACT,7", "REUSED,9"})
  void theCompletionReadsTheFilePositionOfWhateverIsThere(AfterFree afterFree, long block) {
    AioSections sections = new AioSections(AioSections.LINUX_2_6_20, afterFree);
    Address ctx = sections.ioctx(8);
    Kiocb stale = sections.submitted(ctx, 7);
    sections.complete(sections.process, stale, EIO);
    sections.putReq(stale);
    sections.submitted(ctx, 9);
    assertThat(sections.<Long>ask(c -> sections.memory.kiocbs().readKiPos(c, stale)))
        .isEqualTo(4096 * block);
  }

  @Test
  void aRequestThatIsCompletedOnceGivesEverythingBack() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 7);
    assertThat(aio.putReq(iocb).answers()).containsExactly(false);
    assertThat(aio.complete(aio.interrupt, iocb, 4096).answers()).containsExactly(true);
    assertThat(aio.content(ctx).reqsActive).isZero();
    assertThat(aio.content(ctx).activeReqs).isEmpty();
    assertThat(aio.filp.fCount).isEqualTo(1);
    assertThat(aio.traced("use after free")).isEmpty();
    assertThat(aio.traced("kmem_cache_free kiocb")).hasSize(1);
  }
}
