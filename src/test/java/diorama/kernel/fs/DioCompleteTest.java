package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.block.DeviceFaults.Fault;
import diorama.kernel.data.Content;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How direct I/O of 4.x completes; the order of messages is forced by gates. */
class DioCompleteTest {
  private static final int BLOCK = 4096;

  private OneDisk disk = new OneDisk("linux-4.13", AfterFree.INTACT);

  @AfterEach
  void close() {
    disk.close();
  }

  private void useKernel(String kernel) {
    disk.close();
    disk = new OneDisk(kernel, AfterFree.INTACT);
    disk.fileSize(10 * BLOCK);
  }

  private static IoVec blocks(long stamp, int blocks) {
    return IoVec.aligned(Content.stamped(stamp, 0, blocks * 8));
  }

  /** Who began to complete a request. */
  private List<Context.Kind> completers() {
    return disk.trace.stream()
        .filter(t -> t.name().equals("dio_complete"))
        .map(Tracepoint::context)
        .map(Context::kind)
        .toList();
  }

  private Page cache(long index) {
    return Objects.requireNonNull(
        disk.run(AddressSpaceActor.addToPageCache(disk.inode.mapping(), index)).page());
  }

  private void cacheUnlocked(long index) {
    disk.run(AddressSpaceActor.unlockPage(cache(index)));
  }

  private int cached() {
    return disk.run(AddressSpaceActor.nrpages(disk.inode.mapping()));
  }

  /** A write that somebody's page comes into the middle of. */
  private OneDisk.Event writeOverPageThatComesBack() throws Exception {
    disk.irqGate.keep(m -> true);
    assertThat(disk.run(disk.write(disk.async(0), blocks(1, 2)))).isEqualTo(-Errno.EIOCBQUEUED);
    cacheUnlocked(1);
    disk.irqGate.open();
    OneDisk.Event event = disk.event();
    disk.comesToRest();
    return event;
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.2", "linux-4.4", "linux-4.12", "linux-4.13"})
  void upTo413TheInterruptCompletesAndAPageThatCameBackStays(String kernel) throws Exception {
    useKernel(kernel);
    assertThat(writeOverPageThatComesBack().res()).isEqualTo(2 * BLOCK);
    assertThat(completers()).containsExactly(Context.Kind.INTERRUPT);
    assertThat(cached()).isEqualTo(1);
    assertThat(disk.workqueues()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.14-rc", "linux-4.14", "linux-4.16", "linux-4.20"})
  void from414OnAWorkerDropsItBeforeTheEvent(String kernel) throws Exception {
    useKernel(kernel);
    assertThat(writeOverPageThatComesBack().res()).isEqualTo(2 * BLOCK);
    assertThat(completers()).containsExactly(Context.Kind.KTHREAD);
    assertThat(cached()).isZero();
    assertThat(disk.workqueues()).isEqualTo(1);
    assertThat(disk.reports).isEmpty();
  }

  @Test
  void withoutCachedPagesTheInterruptCompletesOn414Too() throws Exception {
    useKernel("linux-4.14");
    disk.irqGate.keep(m -> true);
    disk.run(disk.write(disk.async(0), blocks(1, 2)));
    disk.irqGate.open();
    assertThat(disk.event().res()).isEqualTo(2 * BLOCK);
    disk.comesToRest();
    assertThat(completers()).containsExactly(Context.Kind.INTERRUPT);
  }

  @Test
  void anOsyncWriteCompletesInAWorkerSince312() throws Exception {
    useKernel("linux-4.2");
    disk.osync = true;
    disk.irqGate.keep(m -> true);
    disk.run(disk.write(disk.async(0), blocks(1, 2)));
    disk.irqGate.open();
    assertThat(disk.event().res()).isEqualTo(2 * BLOCK);
    disk.comesToRest();
    assertThat(completers()).containsExactly(Context.Kind.KTHREAD);
  }

  /** A page comes between the two looks of the interrupt: gates stand where the window is. */
  private void pageComesBetweenTheTwoLooks() throws Exception {
    disk.irqGate.keep(m -> true);
    disk.run(disk.write(disk.async(0), blocks(1, 2)));
    disk.dioGate.keep(m -> m instanceof DioActor.Complete);
    disk.irqGate.open();
    DioActor.Command complete = disk.dioGate.await();
    Page page = cache(0);
    disk.dioGate.keep(m -> false);
    disk.dioGate.pass(complete);
    Awaitility.await()
        .atMost(Deadline.DURATION)
        .until(() -> !disk.reports.isEmpty() || !disk.events.isEmpty());
    disk.run(AddressSpaceActor.unlockPage(page));
    disk.event();
    disk.comesToRest();
  }

  @Test
  void aPageThatComesBetweenTheTwoLooksMakesTheInterruptOf414RcSleep() throws Exception {
    useKernel("linux-4.14-rc");
    pageComesBetweenTheTwoLooks();
    assertThat(disk.reports).hasSize(1);
    assertThat(disk.reports.get(0))
        .startsWith(
            "BUG: sleeping function called from invalid context at include/linux/pagemap.h",
            "in_atomic(): 1, irqs_disabled(): 1, pid: 0, name: swapper/1",
            "Call Trace:",
            " invalidate_inode_pages2_range",
            " dio_complete",
            " dio_bio_end_aio");
  }

  @Test
  void theInterruptOf414LooksOnce() throws Exception {
    useKernel("linux-4.14");
    pageComesBetweenTheTwoLooks();
    assertThat(disk.reports).isEmpty();
    assertThat(cached()).as("read after the write had ended: it is new").isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.2", "linux-4.4", "linux-4.20"})
  void anErrorIsTheResult(String kernel) throws Exception {
    useKernel(kernel);
    disk.faults = (rw, sector, sectors) -> new Fault(0, 0);
    disk.run(disk.write(disk.async(0), blocks(1, 2)));
    assertThat(disk.event().res()).isEqualTo(-Errno.EIO);
    disk.comesToRest();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.12", "linux-4.13", "linux-4.14", "linux-4.16"})
  void anErrorIsReportedAsSuccessFrom47To419(String kernel) throws Exception {
    useKernel(kernel);
    disk.faults = (rw, sector, sectors) -> new Fault(0, 0);
    disk.irqGate.keep(m -> true);
    disk.run(disk.write(disk.async(0), blocks(1, 2)));
    disk.irqGate.open();
    assertThat(disk.event().res()).isEqualTo(2 * BLOCK);
    disk.comesToRest();
    assertThat(disk.run(disk.write(disk.sync(0), blocks(1, 2)))).isEqualTo(-Errno.EIO);
  }

  @Test
  void aWriteWhoseBiosEndBeforeTheSubmitterIsThroughIsCompletedByTheSubmitter() {
    useKernel("linux-4.14");
    disk.dioGate.keep(m -> m instanceof DioActor.SetResult);
    CompletableFuture<Long> ret =
        disk.start(
            disk.context(Context.Kind.PROCESS, "p"), disk.write(disk.async(0), blocks(1, 10)));
    Awaitility.await()
        .atMost(Deadline.DURATION)
        .until(() -> disk.count("dio_bio_end_aio") > 0 && disk.deviceAtRest());
    disk.dioGate.open();
    assertThat(OneDisk.get(ret)).isEqualTo(10 * BLOCK);
    disk.comesToRest();
    assertThat(disk.events).as("the AIO core posts it").isEmpty();
    assertThat(completers()).containsExactly(Context.Kind.PROCESS);
  }

  @Test
  void anExtendingWriteIsWaitedForAndAReadEndsAtTheSize() {
    useKernel("linux-4.14");
    disk.fileSize(BLOCK);
    assertThat(disk.run(disk.write(disk.async(0), blocks(1, 2)))).isEqualTo(2 * BLOCK);
    ReadBuffer buffer = new ReadBuffer(0x20000, 2 * BLOCK);
    assertThat(disk.run(disk.read(disk.sync(0), buffer))).isEqualTo(BLOCK);
    assertThat(disk.run(disk.read(disk.sync(2 * BLOCK), buffer))).isZero();
    disk.comesToRest();
  }

  // ---- end_io ----

  private List<Long> endIoOf(String kernel) throws Exception {
    useKernel(kernel);
    List<Long> told = new CopyOnWriteArrayList<>();
    disk.endIo =
        (iocb, offset, bytes) -> {
          told.add(bytes);
          return Step.done(0L);
        };
    disk.faults = (rw, sector, sectors) -> new Fault(0, 0);
    disk.run(disk.write(disk.async(0), blocks(1, 2)));
    disk.event();
    disk.comesToRest();
    return new ArrayList<>(told);
  }

  @Test
  void endIoHearsOfTheErrorSince46() throws Exception {
    assertThat(endIoOf("linux-4.4")).containsExactly(2L * BLOCK);
    assertThat(endIoOf("linux-4.13")).containsExactly(-(long) Errno.EIO);
  }

  private int cachedWhenEndIoRuns(String kernel) throws Exception {
    useKernel(kernel);
    List<Integer> pages = new CopyOnWriteArrayList<>();
    disk.endIo =
        (iocb, offset, bytes) ->
            AddressSpaceActor.nrpages(disk.inode.mapping())
                .map(
                    nrpages -> {
                      pages.add(nrpages);
                      return 0L;
                    });
    writeOverPageThatComesBack();
    return pages.get(0);
  }

  @Test
  void pagesAreDroppedBeforeEndIoIn414RcAndAfterItIn414() throws Exception {
    assertThat(cachedWhenEndIoRuns("linux-4.14-rc")).isZero();
    assertThat(cachedWhenEndIoRuns("linux-4.14")).isEqualTo(1);
  }

  // ---- pages that stay ----

  private void writeOverPageThatIsDirtied() throws Exception {
    disk.irqGate.keep(m -> true);
    disk.run(disk.write(disk.async(0), blocks(1, 2)));
    Page page = cache(0);
    disk.run(AddressSpaceActor.setPageDirty(page));
    disk.run(AddressSpaceActor.unlockPage(page));
    disk.irqGate.open();
    assertThat(disk.event().res()).as("the write has worked").isEqualTo(2 * BLOCK);
    disk.comesToRest();
    disk.run(AddressSpaceActor.clearPageDirtyForIo(page));
    disk.run(AddressSpaceActor.removeFromPageCache(disk.inode.mapping(), page));
  }

  @Test
  void aDirtyPageIsWarnedAboutOnceOn414() throws Exception {
    useKernel("linux-4.14");
    writeOverPageThatIsDirtied();
    writeOverPageThatIsDirtied();
    assertThat(disk.reports).hasSize(1);
    assertThat(disk.reports.get(0))
        .containsExactly(
            "------------[ cut here ]------------",
            "WARNING: CPU: 0 PID: 200 at fs/direct-io.c dio_complete",
            "Call Trace:",
            " dio_complete",
            " dio_aio_complete_work",
            " process_one_work",
            " worker_thread");
    assertThat(disk.printed).isEmpty();
  }

  @Test
  void itIsSaidInTheLogTenTimesOn416() throws Exception {
    useKernel("linux-4.16");
    for (int i = 0; i < 12; i++) {
      writeOverPageThatIsDirtied();
    }
    assertThat(disk.reports).isEmpty();
    assertThat(disk.printed).hasSize(20);
    assertThat(disk.printed.subList(0, 2))
        .containsExactly(
            "Page cache invalidation failure on direct I/O.  Possible data corruption due to"
                + " collision with buffered I/O!",
            "File: /mnt/file PID: 200 Comm: kworker/0:0");
  }

  // ---- the workqueue ----

  @Test
  void ofTwoFirstWritersOneDestroysItsWorkqueue() throws Exception {
    useKernel("linux-4.14");
    disk.sbGate.keep(m -> m instanceof SuperBlock.CompareAndSetDioDoneWq);
    List<CompletableFuture<Long>> writes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      writes.add(
          disk.start(
              disk.context(Context.Kind.PROCESS, "writer"),
              disk.write(disk.async((long) i * BLOCK), blocks(i, 1))));
    }
    SuperBlock.Command first = disk.sbGate.await();
    SuperBlock.Command second = disk.sbGate.await();
    disk.sbGate.pass(second);
    disk.sbGate.pass(first);
    writes.forEach(OneDisk::get);
    disk.comesToRest();
    assertThat(disk.count("s_dio_done_wq: published")).isOne();
    assertThat(disk.count("s_dio_done_wq: lost the race")).isOne();
    assertThat(disk.workqueues()).isOne();
  }
}
