package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.data.Content;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.KmemCache.AfterFree;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The windows of bio_count before it came under bio_lock; gates force the order of messages. */
class AtomicBioCountTest {
  private static final int BLOCK = 4096;
  private static final String V0 = "linux-2.6.1-mm-v0";
  private static final String V1 = "linux-2.6.1-mm-v1";
  private static final String V2 = "linux-2.6.1-mm-v2";
  private static final String V3 = "linux-2.6.5-mm";

  private OneDisk disk = new OneDisk(V0, AfterFree.INTACT);

  @AfterEach
  void close() {
    disk.close();
  }

  private void useDisk(String kernel, AfterFree afterFree) {
    disk.close();
    disk = new OneDisk(kernel, afterFree);
    disk.fileSize(10 * BLOCK);
  }

  private static IoVec blocks(int blocks) {
    return IoVec.aligned(Content.stamped(1, 0, blocks * 8));
  }

  /** Four blocks, of which the file has the first two only. */
  private CompletableFuture<Long> writeIntoAHole() {
    disk.getBlock = OneDisk.mapped(10, 2);
    return disk.start(
        disk.context(Context.Kind.PROCESS, "p"), disk.write(disk.async(0), blocks(4)));
  }

  private void awaitTrace(String name) {
    Awaitility.await().atMost(Deadline.DURATION).until(() -> disk.count(name) > 0);
  }

  private int live() {
    return disk.run(DioActor.live(disk.dios()));
  }

  // ---- the patch of 11 November ----

  @Test
  void aWakeUpBetweenTheTestAndTheStateIsLost() throws Exception {
    useDisk(V0, AfterFree.INTACT);
    disk.irqGate.keep(m -> true);
    disk.dioGate.keep(m -> m instanceof BioCounts.SetUninterruptible);
    CompletableFuture<Long> ret = writeIntoAHole();
    DioActor.Command setsState = disk.dioGate.await();
    disk.irqGate.letOneThrough();
    awaitTrace("wake_up_process");
    disk.dioGate.pass(setsState);
    awaitTrace("io_schedule");
    assertThat(ret).isNotDone();
  }

  @Test
  void withTheStateSetBeforeTheTestItIsNot() throws Exception {
    useDisk(V1, AfterFree.INTACT);
    disk.irqGate.keep(m -> true);
    disk.dioGate.keep(m -> m instanceof BioCounts.ScheduleWhileDraining);
    CompletableFuture<Long> ret = writeIntoAHole();
    DioActor.Command sleeps = disk.dioGate.await();
    disk.irqGate.letOneThrough();
    awaitTrace("wake_up_process");
    disk.dioGate.pass(sleeps);
    assertThat(OneDisk.get(ret)).isEqualTo(2 * BLOCK);
    assertThat(disk.count("io_schedule")).isZero();
  }

  @Test
  void whatFallsBackIsReportedAsAHoleAndItsDioIsNeverFreed() {
    useDisk(V0, AfterFree.INTACT);
    assertThat(OneDisk.get(writeIntoAHole())).isEqualTo(-Errno.ENOTBLK);
    Awaitility.await().atMost(Deadline.DURATION).until(disk::deviceAtRest);
    assertThat(disk.events).isEmpty();
    assertThat(live()).isEqualTo(1);
  }

  @Test
  void aWriteThatExtendsTheFileAndMeetsAHoleIsNotCompletedEither() {
    for (String kernel : new String[] {V0, V1}) {
      useDisk(kernel, AfterFree.INTACT);
      disk.fileSize(2 * BLOCK);
      disk.getBlock = OneDisk.mapped(10, 1);
      long ret = disk.run(disk.write(disk.async(0), blocks(4)));
      assertThat(ret).as(kernel).isEqualTo(kernel.equals(V0) ? -Errno.ENOTBLK : BLOCK);
      assertThat(disk.events).as(kernel).isEmpty();
    }
  }

  @Test
  void aWriteWithoutAHoleIsCompletedOnceOnAllOfThem() throws Exception {
    for (String kernel : new String[] {V0, V1, V2, V3}) {
      useDisk(kernel, AfterFree.INTACT);
      disk.irqGate.keep(m -> true);
      Kiocb iocb = disk.async(0);
      assertThat(disk.run(disk.write(iocb, blocks(4)))).as(kernel).isEqualTo(4 * BLOCK);
      disk.irqGate.open();
      assertThat(disk.event()).isEqualTo(new OneDisk.Event(iocb, 4 * BLOCK));
      disk.comesToRest();
    }
  }

  // ---- the patch of 16 November ----

  /** The bios are through before the submitter gives back its count: it frees the dio itself. */
  private CompletableFuture<Long> submitterIsLast(String kernel, AfterFree afterFree)
      throws Exception {
    useDisk(kernel, afterFree);
    disk.dioGate.keep(m -> m instanceof DioActor.AddResult);
    CompletableFuture<Long> ret =
        disk.start(disk.context(Context.Kind.PROCESS, "p"), disk.write(disk.async(0), blocks(4)));
    DioActor.Command addsResult = disk.dioGate.await();
    Awaitility.await().atMost(Deadline.DURATION).until(disk::deviceAtRest);
    disk.dioGate.pass(addsResult);
    return ret;
  }

  @Test
  void theWaiterIsReadAfterTheDioWasFreedAndPoisonHangsTheSubmitter() throws Exception {
    CompletableFuture<Long> ret = submitterIsLast(V1, AfterFree.POISONED);
    awaitTrace("io_schedule");
    assertThat(ret).isNotDone();
    assertThat(disk.trace).anyMatch(t -> t.detail().equals("dio->waiter finds POISON"));
    assertThat(disk.reports).isEmpty();
  }

  @Test
  void oldContentDoesNot() throws Exception {
    assertThat(OneDisk.get(submitterIsLast(V1, AfterFree.INTACT))).isEqualTo(4 * BLOCK);
    assertThat(disk.count("use after free")).isEqualTo(1);
  }

  @Test
  void whoDecidedBeforeReadsNothing() throws Exception {
    assertThat(OneDisk.get(submitterIsLast(V2, AfterFree.POISONED))).isEqualTo(4 * BLOCK);
    assertThat(disk.count("use after free")).isZero();
  }

  // ---- the patch of 24 November ----

  /** The submitter sees 0 and frees the dio; the interrupt that made it 0 comes back to it. */
  private CompletableFuture<Long> submitterFreesFirst(AfterFree afterFree) throws Exception {
    useDisk(V2, afterFree);
    disk.irqGate.keep(m -> true);
    disk.dioGate.keep(
        m -> m instanceof BioCounts.SetUninterruptible || m instanceof DioActor.IsAsync);
    CompletableFuture<Long> ret = writeIntoAHole();
    DioActor.Command setsState = disk.dioGate.await();
    disk.irqGate.letOneThrough();
    DioActor.Command goesOn = disk.dioGate.await();
    disk.dioGate.open();
    disk.dioGate.pass(setsState);
    assertThat(OneDisk.get(ret)).isEqualTo(2 * BLOCK);
    assertThat(live()).isZero();
    disk.dioGate.pass(goesOn);
    return ret;
  }

  @Test
  void theInterruptUsesTheDioThatTheSubmitterFreed() throws Exception {
    assertThat(submitterFreesFirst(AfterFree.INTACT)).isDone();
    awaitTrace("wake_up_process");
    assertThat(disk.trace)
        .anyMatch(
            t ->
                t.detail().equals("dio_complete finds FREED")
                    && t.context().kind() == Context.Kind.INTERRUPT);
  }

  @Test
  void inPoisonItPanics() throws Exception {
    assertThat(submitterFreesFirst(AfterFree.POISONED)).isDone();
    Awaitility.await().atMost(Deadline.DURATION).until(() -> !disk.reports.isEmpty());
    assertThat(disk.reports.get(0))
        .contains(
            "BUG: unable to handle kernel paging request at virtual address 6b6b6b6b",
            "Kernel panic - not syncing: Fatal exception in interrupt");
  }

  @Test
  void underBioLockTheSubmitterWaitsUntilTheInterruptIsThrough() throws Exception {
    useDisk(V3, AfterFree.POISONED);
    disk.irqGate.keep(m -> true);
    disk.dioGate.keep(m -> m instanceof BioCounts.PutAndWake);
    CompletableFuture<Long> ret = writeIntoAHole();
    ContextActor.Command irq = disk.irqGate.await();
    disk.irqGate.pass(irq);
    DioActor.Command lastTouch = disk.dioGate.await();
    assertThat(ret).isNotDone();
    disk.dioGate.pass(lastTouch);
    assertThat(OneDisk.get(ret)).isEqualTo(2 * BLOCK);
    disk.comesToRest();
    assertThat(disk.count("use after free")).isZero();
    assertThat(disk.reports).isEmpty();
  }
}
