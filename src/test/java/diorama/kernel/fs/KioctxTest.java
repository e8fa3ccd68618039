package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.Errno;
import diorama.kernel.fs.AioRuns.Next;
import diorama.kernel.fs.Kioctx.Outcome;
import diorama.kernel.fs.Kioctx.ReadEvent;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.Oops;
import diorama.kernel.sched.RecordingCaller;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KioctxTest {
  private final AioSections aio = new AioSections(AioSections.LINUX_2_6_20, AfterFree.REUSED);

  @ParameterizedTest
  @CsvSource({"1,126", "125,126", "126,254", "1000,1022"})
  void theRingIsRoundedUpToPages(int asked, int capacity) {
    assertThat(aio.content(aio.ioctx(asked)).capacity()).isEqualTo(capacity);
  }

  @Test
  void anEventThatNobodyReadTakesTheRoomOfARequest() {
    Address ctx = aio.ioctx(1);
    Kiocb done = aio.submitted(ctx, 1);
    aio.complete(aio.process, done, 4096);
    aio.putReq(done);
    for (int i = 2; i <= 126; i++) {
      aio.submitted(ctx, i);
    }
    Kiocb tooMany = aio.<Kiocb>ask(c -> aio.memory.kiocbs().allocKiocb(c, ctx, aio.filp, 0, 512));
    assertThat(aio.<Boolean>ask(c -> aio.memory.kiocbs().getReq(c, tooMany, ctx))).isFalse();
    assertThat(aio.events(ctx)).hasSize(1);
    assertThat(aio.<Boolean>ask(c -> aio.memory.kiocbs().getReq(c, tooMany, ctx))).isTrue();
  }

  @Test
  void eventsComeOutInTheOrderOfCompletionAcrossTheEndOfTheRing() {
    Address ctx = aio.ioctx(1);
    for (int i = 0; i < 400; i++) {
      Kiocb iocb = aio.submitted(ctx, i);
      aio.complete(aio.process, iocb, i);
      aio.putReq(iocb);
      assertThat(aio.events(ctx)).extracting(IoEvent::res).containsExactly((long) i);
    }
  }

  @Test
  void aCancelledRequestPostsNoEventAndEndsTheWaitForAll() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 1);
    aio.putReq(iocb);
    aio.<Done>ask(c -> aio.memory.ioctxs().cancelAll(c, ctx));
    RecordingCaller<Boolean> waiting =
        aio.run(aio.process, c -> aio.memory.ioctxs().waitForAll(c, ctx));
    assertThat(waiting.isAnswered()).isFalse();

    aio.complete(aio.interrupt, iocb, 4096);

    assertThat(waiting.answers()).containsExactly(true);
    assertThat(waiting.wakeups()).isEqualTo(1);
    assertThat(aio.events(ctx)).isEmpty();
    assertThat(aio.<Boolean>ask(c -> aio.memory.ioctxs().waitForAll(c, ctx))).isFalse();
  }

  @Test
  void anEventWakesOneReaderAndEveryoneWhoWaitsForAll() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 1);
    RecordingCaller<ReadEvent> first = sleepingReader(ctx, "a");
    RecordingCaller<ReadEvent> second = sleepingReader(ctx, "b");
    RecordingCaller<Boolean> all =
        aio.run(aio.process, c -> aio.memory.ioctxs().waitForAll(c, ctx));

    aio.complete(aio.interrupt, iocb, 4096);

    assertThat(first.answers()).containsExactly(ReadEvent.WOKEN);
    assertThat(second.isAnswered()).isFalse();
    assertThat(all.answers()).containsExactly(true);
  }

  private RecordingCaller<ReadEvent> sleepingReader(Address ctx, String comm) {
    return aio.run(
        RecordingCaller.process(comm),
        c -> aio.memory.ioctxs().readEvtOrSleep(c, ctx, false, null));
  }

  @Test
  void aSignalWakesAReaderOnlyWhileItSleeps() {
    Address ctx = aio.ioctx(8);
    RecordingCaller<ReadEvent> reader = sleepingReader(ctx, "a");
    aio.memory.ioctxs().interruptReader(reader, ctx);
    aio.memory.ioctxs().interruptReader(reader, ctx);
    assertThat(reader.answers()).extracting(ReadEvent::outcome).containsExactly(Outcome.SIGNAL);
  }

  @Test
  void aTimeoutWakesItsReaderOnceAndTheNextLookDoesNotSleep() {
    Address ctx = aio.ioctx(8);
    AioTimeout timeout = aio.<AioTimeout>ask(c -> aio.memory.ioctxs().setTimeout(c, 5_000));
    assertThat(aio.delays).containsExactly(5_000L);
    RecordingCaller<ReadEvent> reader =
        aio.run(aio.process, c -> aio.memory.ioctxs().readEvtOrSleep(c, ctx, false, timeout));
    aio.timers.get(0).execute(aio.memory);
    assertThat(reader.answers()).containsExactly(ReadEvent.WOKEN);
    assertThat(aio.<ReadEvent>ask(c -> aio.memory.ioctxs().readEvtOrSleep(c, ctx, false, timeout)))
        .isEqualTo(ReadEvent.EMPTY);
  }

  @Test
  void aTimerThatWasClearedDoesNotWakeTheNextCall() {
    Address ctx = aio.ioctx(8);
    AioTimeout timeout = aio.<AioTimeout>ask(c -> aio.memory.ioctxs().setTimeout(c, 5_000));
    aio.run(
        aio.process,
        (Caller<ReadEvent> c) -> aio.memory.ioctxs().readEvtOrSleep(c, ctx, false, timeout));
    aio.content(ctx).readers.wakeAll(ReadEvent.WOKEN);
    aio.<Done>ask(c -> aio.memory.ioctxs().clearTimeout(c, timeout));
    RecordingCaller<ReadEvent> next =
        aio.run(aio.process, c -> aio.memory.ioctxs().readEvtOrSleep(c, ctx, false, null));
    aio.timers.get(0).execute(aio.memory);
    assertThat(next.isAnswered()).isFalse();
  }

  @Test
  void freeingAContextWithActiveRequestsIsABug() {
    Address ctx = aio.ioctx(8);
    aio.submitted(ctx, 1);
    RecordingCaller<Integer> caller =
        aio.run(aio.process, c -> aio.memory.ioctxs().checkNoRequests(c, ctx));
    assertThat(caller.oopses()).containsExactly(new Oops.Bug("fs/aio.c", 376, List.of()));
  }

  @Test
  void puttingAContextThatNobodyHoldsIsABug() {
    Address ctx = aio.ioctx(8);
    assertThat(aio.<Boolean>ask(c -> aio.memory.ioctxs().putIoctx(c, ctx))).isTrue();
    RecordingCaller<Boolean> again =
        aio.run(aio.process, c -> aio.memory.ioctxs().putIoctx(c, ctx));
    assertThat(again.oopses()).containsExactly(new Oops.Bug("include/linux/aio.h", 224, List.of()));
  }

  @Test
  void upTo2619AKiocbHoldsItsContextAndTheWaiterLooksWithoutTheLock() {
    AioSections old = new AioSections(AioSections.LINUX_2_6_19, AfterFree.REUSED);
    Address ctx = old.ioctx(8);
    Kiocb iocb = old.submitted(ctx, 1);
    assertThat(old.content(ctx).users).isEqualTo(2);
    old.putReq(iocb);
    assertThat(old.complete(old.interrupt, iocb, 4096).answers()).containsExactly(true);

    // The request is gone, its reference on the context is not: the exiting process goes on.
    assertThat(old.<Boolean>ask(c -> old.memory.ioctxs().waitForAll(c, ctx))).isFalse();
    assertThat(old.<Boolean>ask(c -> old.memory.ioctxs().putIoctx(c, ctx))).isFalse();
    RecordingCaller<Boolean> put =
        old.run(old.interrupt, c -> old.memory.ioctxs().putIoctx(c, ctx));
    assertThat(put.answers()).as("the interrupt has to free the context").containsExactly(true);
  }

  @Test
  void from2620OnTheWaiterSpinsForALockThatIsHeld() {
    Address ctx = aio.ioctx(8);
    assertThat(aio.content(ctx).users).isEqualTo(1);
    aio.content(ctx).ctxLock.abandon(aio.interrupt);
    RecordingCaller<Boolean> waiting =
        aio.run(aio.process, c -> aio.memory.ioctxs().waitForAll(c, ctx));
    assertThat(waiting.isAnswered()).isFalse();

    AioSections old = new AioSections(AioSections.LINUX_2_6_19, AfterFree.REUSED);
    Address oldCtx = old.ioctx(8);
    old.content(oldCtx).ctxLock.abandon(old.interrupt);
    assertThat(old.<Boolean>ask(c -> old.memory.ioctxs().waitForAll(c, oldCtx))).isFalse();
  }

  @Test
  void theLastReferenceOfAFileIsDroppedByTheWorkqueue() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 1);
    aio.putReq(iocb);
    assertThat(aio.<Boolean>ask(c -> aio.memory.filps().fput(c, aio.filp))).isFalse();

    aio.complete(aio.interrupt, iocb, 4096);

    assertThat(aio.queued).containsExactly(new AioWork.Fput());
    assertThat(aio.content(ctx).reqsActive).isEqualTo(1);
    RecordingCaller<Done> flush = aio.run(aio.process, aio.memory.runs()::flushWorkqueue);
    assertThat(flush.isAnswered()).isFalse();
    RecordingCaller<Object> worker = RecordingCaller.process("aio/0");
    aio.run(worker, (Caller<Done> c) -> aio.memory.runs().beginWork(c, new AioWork.Fput()));
    assertThat(aio.<KiocbMemory.Fput>ask(aio.memory.kiocbs()::nextFput).iocb()).isEqualTo(iocb);
    aio.run(worker, (Caller<Done> c) -> aio.memory.kiocbs().reallyPut(c, iocb, ctx));
    assertThat(aio.content(ctx).reqsActive).isZero();
    aio.run(worker, (Caller<Done> c) -> aio.memory.runs().endWork(c));
    assertThat(flush.answers()).containsExactly(Done.DONE);
  }

  @Test
  void aKickDuringTheRetryIsRememberedAndRunsAfterIt() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 1);
    assertThat(aio.<Boolean>ask(c -> aio.memory.runs().kick(c, iocb, ctx))).isFalse();

    Next next =
        aio.<Next>ask(c -> aio.memory.runs().runEnd(c, iocb, ctx, -Errno.EIOCBRETRY, false));

    assertThat(next.request()).isNotNull();
    assertThat(next.request().whole()).isEqualTo(iocb);
    assertThat(aio.delays).containsExactly(1_000_000L);
  }

  @Test
  void aKickAfterTheRetryQueuesTheRequestForTheWorker() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 1);
    aio.<Next>ask(c -> aio.memory.runs().runEnd(c, iocb, ctx, -Errno.EIOCBRETRY, false));
    assertThat(aio.<Boolean>ask(c -> aio.memory.runs().kick(c, iocb, ctx))).isTrue();
    assertThat(aio.<Boolean>ask(c -> aio.memory.runs().kick(c, iocb, ctx))).isFalse();
    aio.<Done>ask(c -> aio.memory.runs().queueKickWork(c, ctx));
    aio.timers.get(0).execute(aio.memory);
    assertThat(aio.queued).containsExactly(new AioWork.Kick(ctx));
    assertThat(aio.<Next>ask(c -> aio.memory.runs().runFirst(c, ctx)).request().whole())
        .isEqualTo(iocb);
  }

  @Test
  void aCompletionTakesTheRequestOffTheRunList() {
    Address ctx = aio.ioctx(8);
    Kiocb iocb = aio.submitted(ctx, 1);
    aio.<Next>ask(c -> aio.memory.runs().runEnd(c, iocb, ctx, -Errno.EIOCBRETRY, false));
    aio.<Boolean>ask(c -> aio.memory.runs().kick(c, iocb, ctx));
    aio.complete(aio.interrupt, iocb, 4096);
    assertThat(aio.<Next>ask(c -> aio.memory.runs().runFirst(c, ctx)).request()).isNull();
  }

  @Test
  void aSynchronousRequestWakesItsProcessAndASecondCompletionIsABug() {
    Kiocb sync = new Kiocb(null, aio.filp.file(), 0, 512, 1);
    RecordingCaller<Long> waiting =
        aio.run(aio.process, c -> aio.memory.runs().waitOnSync(c, sync));
    aio.run(aio.interrupt, (Caller<Boolean> c) -> aio.memory.runs().completeSync(c, sync, 512));
    assertThat(waiting.answers()).containsExactly(512L);
    assertThat(waiting.wakeups()).isEqualTo(1);

    Kiocb early = new Kiocb(null, aio.filp.file(), 0, 512, 2);
    aio.run(aio.interrupt, (Caller<Boolean> c) -> aio.memory.runs().completeSync(c, early, -5));
    RecordingCaller<Boolean> twice =
        aio.run(aio.interrupt, c -> aio.memory.runs().completeSync(c, early, 512));
    assertThat(twice.oopses()).containsExactly(new Oops.Bug("fs/aio.c", 943, List.of()));
    assertThat(aio.<Long>ask(c -> aio.memory.runs().waitOnSync(c, early))).isEqualTo(-5);
  }
}
