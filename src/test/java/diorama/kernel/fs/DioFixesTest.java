package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.block.DeviceFaults.Fault;
import diorama.kernel.data.Content;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.Oops;
import diorama.kernel.sched.Step;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What direct I/O did before each of its fixes; the order of messages is forced by gates. */
class DioFixesTest {
  private static final int BLOCK = 4096;
  private static final Set<Fix> LINUX_2_6_19 = Set.of();

  private OneDisk disk = new OneDisk(LINUX_2_6_19, AfterFree.INTACT);

  @AfterEach
  void close() {
    disk.close();
  }

  private void useDisk(Set<Fix> fixes, AfterFree afterFree) {
    disk.close();
    disk = new OneDisk(fixes, afterFree);
  }

  private static IoVec blocks(long stamp, int blocks) {
    return IoVec.aligned(Content.stamped(stamp, 0, blocks * 8));
  }

  // ---- 2.6.19 ----

  @Test
  void theWorkerOf2619ReturnsTheBytesWithBiosInFlight() throws Exception {
    disk.fileSize(10 * BLOCK);
    disk.irqGate.keep(m -> true);
    Kiocb iocb = disk.async(0);
    assertThat(disk.run(disk.write(iocb, blocks(1, 10)))).isEqualTo(10 * BLOCK);
    assertThat(disk.events).isEmpty();
    disk.irqGate.letOneThrough();
    assertThat(disk.event()).isEqualTo(new OneDisk.Event(iocb, 10 * BLOCK));
    disk.irqGate.open();
    disk.comesToRest();
    assertThat(disk.events).isEmpty();
  }

  @Test
  void theWorkerOf2619CompletesItselfWhenItGivesBackTheLastCount() throws Exception {
    disk.fileSize(10 * BLOCK);
    disk.dioGate.keep(m -> m instanceof DioActor.SetResult);
    Kiocb iocb = disk.async(0);
    CompletableFuture<Long> ret =
        disk.start(disk.context(Context.Kind.PROCESS, "p"), disk.write(iocb, blocks(1, 10)));
    DioActor.Command setResult = disk.dioGate.await();
    Awaitility.await().atMost(Deadline.DURATION).until(disk::deviceAtRest);
    disk.dioGate.pass(setResult);
    assertThat(OneDisk.get(ret)).isEqualTo(10 * BLOCK);
    assertThat(disk.event()).isEqualTo(new OneDisk.Event(iocb, 10 * BLOCK));
    disk.comesToRest();
    assertThat(disk.events).isEmpty();
  }

  @Test
  void theEventOfAnExtendingWriteOf2619IsThereBeforeTheWorkerReturns() throws Exception {
    disk.fileSize(0);
    Kiocb iocb = disk.async(0);
    assertThat(disk.run(disk.write(iocb, blocks(1, 2)))).isEqualTo(2 * BLOCK);
    assertThat(disk.events).containsExactly(new OneDisk.Event(iocb, 2 * BLOCK));
    disk.comesToRest();
  }

  @Test
  void aSynchronousWriteOf2619WorksAndReportsErrors() {
    disk.fileSize(600 * BLOCK);
    assertThat(disk.run(disk.write(disk.sync(0), blocks(1, 600)))).isEqualTo(600 * BLOCK);
    disk.faults = (rw, sector, sectors) -> new Fault(0, 0);
    assertThat(disk.run(disk.write(disk.sync(0), blocks(2, 1)))).isEqualTo(-Errno.EIO);
    disk.comesToRest();
    assertThat(disk.events).isEmpty();
    assertThat(disk.reports).isEmpty();
  }

  @Test
  void aHoleOf2619IsWaitedForAndFreedByTheSubmitter() throws Exception {
    disk.fileSize(10 * BLOCK);
    disk.getBlock = OneDisk.mapped(10, 2);
    disk.irqGate.keep(m -> true);
    CompletableFuture<Long> ret =
        disk.start(
            disk.context(Context.Kind.PROCESS, "p"), disk.write(disk.async(0), blocks(1, 4)));
    ContextActor.Command irq = disk.irqGate.await();
    assertThat(ret).isNotDone();
    disk.irqGate.pass(irq);
    assertThat(OneDisk.get(ret)).isEqualTo(2 * BLOCK);
    disk.comesToRest();
    assertThat(disk.events).isEmpty();
    assertThat(disk.count("use after free")).isZero();
  }

  @Test
  void aReadOf2619IsUnpluggedByItsWaiter() {
    disk.fileSize(10 * BLOCK);
    disk.run(disk.write(disk.sync(0), blocks(1, 2)));
    ReadBuffer buffer = new ReadBuffer(0x20000, 2 * BLOCK);
    assertThat(disk.run(disk.read(disk.sync(0), buffer))).isEqualTo(2 * BLOCK);
    assertThat(buffer.content().sameAs(Content.stamped(1, 0, 16))).isTrue();
    disk.comesToRest();
  }

  @Test
  void aReadWhoseSubmissionFailsInTheMiddleIsCompletedTwiceBefore8459d86a() {
    assertThat(completionsOfAReadThatFailsInTheMiddle(LINUX_2_6_19)).isEqualTo(2);
    assertThat(completionsOfAReadThatFailsInTheMiddle(OneDisk.LINUX_2_6_20)).isEqualTo(1);
  }

  /** By the AIO core, which is handed the error, and by whoever gives back the last count. */
  private int completionsOfAReadThatFailsInTheMiddle(Set<Fix> fixes) {
    useDisk(fixes, AfterFree.INTACT);
    disk.fileSize(10 * BLOCK);
    disk.getBlock =
        (inode, block, max, create) ->
            Step.done(
                new BlockMapping(
                    OneDisk.FIRST_BLOCK + block, 1, false, block == 2 ? -Errno.EIO : 0));
    long ret = disk.run(disk.read(disk.async(0), new ReadBuffer(0x20000, 4 * BLOCK)));
    disk.comesToRest();
    assertThat(ret).isEqualTo(-Errno.EIO);
    return 1 + disk.events.size();
  }

  private void useDisk(String kernel) {
    disk.close();
    disk = new OneDisk(kernel, AfterFree.INTACT);
    disk.fileSize(10 * BLOCK);
  }

  // ---- c58d3aeb-efault ----

  @Test
  void anErrorOfAWriteThatExtendsTheFileWasCompletedByTheWorkerBeforeTheUpdateOfC58d3aeb() {
    for (String kernel : List.of("linux-2.6.1-mm-v0", "linux-2.6.5-mm", "linux-2.6.6")) {
      useDisk(kernel);
      disk.fileSize(0);
      Kiocb iocb = disk.async(0);
      IoVec fault = new IoVec(0x10000, BLOCK, Content.stamped(1, 0, 8), 0);
      assertThat(disk.run(disk.write(iocb, fault))).as(kernel).isEqualTo(-Errno.EFAULT);
      List<OneDisk.Event> events = List.copyOf(disk.events);
      if (kernel.equals("linux-2.6.6")) {
        assertThat(events).isEmpty();
      } else {
        assertThat(events).as(kernel).containsExactly(new OneDisk.Event(iocb, -Errno.EFAULT));
      }
    }
  }

  // ---- 29504ff3 ----

  @Test
  void aShortAsynchronousReadReturnedWholeBlocksBefore29504ff3() throws Exception {
    assertThat(eventOfAReadOf300Bytes("linux-2.6.11")).isEqualTo(BLOCK);
    assertThat(eventOfAReadOf300Bytes("linux-2.6.12")).isEqualTo(300);
  }

  private long eventOfAReadOf300Bytes(String kernel) throws Exception {
    useDisk(kernel);
    disk.fileSize(300);
    disk.run(disk.read(disk.async(0), new ReadBuffer(0x20000, BLOCK)));
    return disk.event().res();
  }

  // ---- 174e27c6 ----

  @Test
  void anAsynchronousWriteThatFailedHadNoEventBefore174e27c6() throws Exception {
    assertThat(failedWrite("linux-2.6.12")).isEqualTo(4 * BLOCK);
    Awaitility.await().atMost(Deadline.DURATION).until(() -> disk.count("dio_complete") > 1);
    Awaitility.await().atMost(Deadline.DURATION).until(disk::deviceAtRest);
    assertThat(disk.events).isEmpty();
    assertThat(disk.run(DioActor.live(disk.dios()))).isEqualTo(1);

    assertThat(failedWrite("linux-2.6.19")).isEqualTo(4 * BLOCK);
    assertThat(disk.event().res()).isEqualTo(-Errno.EIO);
    disk.comesToRest();
  }

  private long failedWrite(String kernel) {
    useDisk(kernel);
    disk.faults = (rw, sector, sectors) -> new Fault(0, 0);
    disk.irqGate.keep(m -> true);
    long ret = disk.run(disk.write(disk.async(0), blocks(1, 4)));
    disk.irqGate.open();
    return ret;
  }

  @Test
  void anErrorThatCameBeforeTheCountWasMadeFiveBytesLessOfIt() throws Exception {
    useDisk("linux-2.6.12");
    disk.faults = (rw, sector, sectors) -> new Fault(0, 0);
    disk.dioGate.keep(m -> m instanceof DioActor.AddResult);
    CompletableFuture<Long> ret =
        disk.start(
            disk.context(Context.Kind.PROCESS, "p"), disk.write(disk.async(0), blocks(1, 4)));
    DioActor.Command addsResult = disk.dioGate.await();
    Awaitility.await().atMost(Deadline.DURATION).until(disk::deviceAtRest);
    disk.dioGate.pass(addsResult);
    assertThat(OneDisk.get(ret)).isEqualTo(4 * BLOCK - Errno.EIO);
  }

  // ---- 6d544bb4 ----

  @Test
  void aRegionFilledWithZerosWasASuccessBefore6d544bb4() throws Exception {
    assertThat(eventOfAFaultAmongMappedBlocks(LINUX_2_6_19)).isEqualTo(4 * BLOCK);
    assertThat(eventOfAFaultAmongMappedBlocks(Set.of(Fix.DIO_PAGE_ERRORS_REPORTED)))
        .isEqualTo(-Errno.EFAULT);
  }

  private long eventOfAFaultAmongMappedBlocks(Set<Fix> fixes) throws Exception {
    useDisk(fixes, AfterFree.INTACT);
    disk.fileSize(10 * BLOCK);
    IoVec iov = new IoVec(0x10000, 4 * BLOCK, Content.stamped(1, 0, 32), 2 * BLOCK);
    disk.run(disk.write(disk.async(0), iov));
    return disk.event().res();
  }

  // ---- 5eb6c7a2 ----

  @Test
  void aWaiterThatComesBetweenTheTestAndTheDecrementSleepsForEverBefore5eb6c7a2() throws Exception {
    useDisk(Set.of(Fix.WORKER_RAISES_EIOCBQUEUED), AfterFree.INTACT);
    disk.fileSize(10 * BLOCK);
    disk.getBlock = OneDisk.mapped(10, 2);
    disk.dioGate.keep(m -> m instanceof DioActor.AwaitOne || m instanceof DioActor.Put);
    CompletableFuture<Long> ret =
        disk.start(
            disk.context(Context.Kind.PROCESS, "p"), disk.write(disk.async(0), blocks(1, 4)));
    DioActor.Command first = disk.dioGate.await();
    DioActor.Command second = disk.dioGate.await();
    boolean putFirst = first instanceof DioActor.Put;
    disk.dioGate.pass(putFirst ? second : first);
    disk.dioGate.pass(putFirst ? first : second);
    Awaitility.await().atMost(Deadline.DURATION).until(disk::deviceAtRest);
    assertThat(ret).isNotDone();
    assertThat(disk.count("wake_up_process")).isZero();
  }

  @Test
  void theSameWaiterIsWokenWith5eb6c7a2() throws Exception {
    useDisk(OneDisk.LINUX_2_6_20, AfterFree.INTACT);
    disk.fileSize(10 * BLOCK);
    disk.getBlock = OneDisk.mapped(10, 2);
    disk.dioGate.keep(m -> m instanceof DioActor.AwaitOne || m instanceof DioActor.EndAio);
    CompletableFuture<Long> ret =
        disk.start(
            disk.context(Context.Kind.PROCESS, "p"), disk.write(disk.async(0), blocks(1, 4)));
    DioActor.Command first = disk.dioGate.await();
    DioActor.Command second = disk.dioGate.await();
    boolean endFirst = first instanceof DioActor.EndAio;
    disk.dioGate.pass(endFirst ? second : first);
    disk.dioGate.open();
    disk.dioGate.pass(endFirst ? first : second);
    assertThat(OneDisk.get(ret)).isEqualTo(2 * BLOCK);
  }

  // ---- fcb82f88 and use after free ----

  /** The worker looks at the dio of a queued write after the interrupt has freed it. */
  private CompletableFuture<Long> workerThatLooksLate(AfterFree afterFree, Runnable between)
      throws Exception {
    useDisk(OneDisk.LINUX_2_6_20, afterFree);
    disk.fileSize(10 * BLOCK);
    disk.irqGate.keep(m -> true);
    disk.dioGate.keep(m -> m instanceof DioActor.IsAsync);
    ActorRef<ContextActor.Command> p = disk.context(Context.Kind.PROCESS, "p");
    CompletableFuture<Long> ret = disk.start(p, disk.write(disk.async(0), blocks(1, 4)));
    DioActor.Command look = disk.dioGate.await();
    disk.irqGate.letOneThrough();
    disk.event();
    Awaitility.await().atMost(Deadline.DURATION).until(() -> disk.count("kfree") == 1);
    between.run();
    disk.dioGate.pass(look);
    return ret;
  }

  @Test
  void aLookAtAFreedDioGoesOnWithTheOldContentAndIsNoticed() throws Exception {
    CompletableFuture<Long> ret = workerThatLooksLate(AfterFree.INTACT, () -> {});
    assertThat(OneDisk.get(ret)).isEqualTo(-Errno.EIOCBQUEUED);
    assertThat(disk.count("use after free")).isEqualTo(1);
    assertThat(disk.reports).isEmpty();
  }

  @Test
  void aLookAtAPoisonedDioGoesOnToo() throws Exception {
    CompletableFuture<Long> ret = workerThatLooksLate(AfterFree.POISONED, () -> {});
    assertThat(OneDisk.get(ret)).isEqualTo(-Errno.EIOCBQUEUED);
    assertThat(disk.count("use after free")).isEqualTo(1);
    assertThat(disk.reports).isEmpty();
  }

  @Test
  void aLookAtADioThatASynchronousWriteGotIsABugUntilFcb82f88() throws Exception {
    CompletableFuture<Long> ret =
        workerThatLooksLate(
            AfterFree.REUSED,
            () -> {
              disk.dioGate.keep(m -> m instanceof DioActor.AwaitOne);
              CompletableFuture<Long> other =
                  disk.start(
                      disk.context(Context.Kind.PROCESS, "q"),
                      disk.write(disk.sync(0), blocks(2, 1)));
              assertThat(other).isNotDone();
              try {
                disk.dioGate.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    Awaitility.await().atMost(Deadline.DURATION).until(() -> !disk.reports.isEmpty());
    assertThat(disk.reports.get(0)).contains("kernel BUG at fs/direct-io.c:1113!");
    assertThat(ret).isNotDone();
  }

  @Test
  void theCallTraceOfACompletionThatDiesIsThatOfTheSoftirq() {
    useDisk(OneDisk.LINUX_2_6_20, AfterFree.INTACT);
    disk.fileSize(10 * BLOCK);
    disk.aioCompletion =
        Step.function("aio_complete", () -> Step.die(new Oops.Bug("fs/aio.c", 512, List.of())));
    disk.irqGate.keep(m -> true);
    disk.run(disk.write(disk.async(0), blocks(1, 4)));
    disk.irqGate.open();
    Awaitility.await().atMost(Deadline.DURATION).until(() -> !disk.reports.isEmpty());
    assertThat(disk.reports.get(0))
        .containsSubsequence(
            "kernel BUG at fs/aio.c:512!",
            " aio_complete",
            " dio_bio_end_aio",
            " bio_endio",
            " __end_that_request_first",
            " end_that_request_chunk",
            " scsi_end_request",
            " scsi_io_completion",
            " sd_rw_intr",
            " scsi_finish_command",
            " scsi_softirq_done",
            " blk_done_softirq",
            " __do_softirq",
            " do_softirq",
            "Kernel panic - not syncing: Fatal exception in interrupt");
  }
}
