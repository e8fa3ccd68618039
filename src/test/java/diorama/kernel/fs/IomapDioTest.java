package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.block.DeviceFaults.Fault;
import diorama.kernel.data.Content;
import diorama.kernel.fs.iomap.Iomap;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Direct I/O of fs/iomap.c; the order of messages is forced by gates. */
class IomapDioTest {
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

  private List<Context.Kind> completers() {
    return disk.trace.stream()
        .filter(t -> t.name().equals("iomap_dio_complete"))
        .map(Tracepoint::context)
        .map(Context::kind)
        .toList();
  }

  private Page cacheUnlocked(long index) {
    Page page =
        Objects.requireNonNull(
            disk.run(AddressSpaceActor.addToPageCache(disk.inode.mapping(), index)).page());
    disk.run(AddressSpaceActor.unlockPage(page));
    return page;
  }

  private int cached() {
    return disk.run(AddressSpaceActor.nrpages(disk.inode.mapping()));
  }

  /** An asynchronous write that somebody's page comes into the middle of. */
  private void writeOverPageThatComesBack() throws Exception {
    disk.irqGate.keep(m -> true);
    assertThat(disk.run(disk.iomapWrite(disk.async(0), blocks(1, 2))))
        .isEqualTo(-Errno.EIOCBQUEUED);
    cacheUnlocked(1);
    disk.irqGate.open();
    assertThat(disk.event().res()).isEqualTo(2 * BLOCK);
    disk.comesToRest();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.12", "linux-4.13"})
  void upTo413AWorkerCompletesAndLeavesThePageThatCameBack(String kernel) throws Exception {
    useKernel(kernel);
    writeOverPageThatComesBack();
    assertThat(completers()).containsExactly(Context.Kind.KTHREAD);
    assertThat(cached()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.14-rc", "linux-4.14", "linux-4.20", "linux-5.10"})
  void from414OnItDropsIt(String kernel) throws Exception {
    useKernel(kernel);
    writeOverPageThatComesBack();
    assertThat(completers()).containsExactly(Context.Kind.KTHREAD);
    assertThat(cached()).isZero();
    assertThat(disk.reports).isEmpty();
  }

  private int cachedWhenEndIoRuns(String kernel) throws Exception {
    useKernel(kernel);
    List<Integer> pages = new CopyOnWriteArrayList<>();
    disk.iomapEndIo =
        (iocb, pos, size, unwritten) ->
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
  void thePageGoesBeforeEndIoIn414RcAndAfterItIn414() throws Exception {
    assertThat(cachedWhenEndIoRuns("linux-4.14-rc")).isZero();
    assertThat(cachedWhenEndIoRuns("linux-4.14")).isEqualTo(1);
  }

  @Test
  void aSynchronousWriteOf413DropsItToo() {
    useKernel("linux-4.13");
    disk.irqGate.keep(m -> true);
    CompletableFuture<Long> write =
        disk.start(
            disk.context(Context.Kind.PROCESS, "p"), disk.iomapWrite(disk.sync(0), blocks(1, 2)));
    Awaitility.await()
        .atMost(Deadline.DURATION)
        .until(() -> disk.count("iomap_dio_submit_bio") == 1);
    cacheUnlocked(0);
    disk.irqGate.open();
    assertThat(OneDisk.get(write)).isEqualTo(2 * BLOCK);
    assertThat(cached()).isZero();
    assertThat(completers()).containsExactly(Context.Kind.PROCESS);
    disk.comesToRest();
  }

  @Test
  void anAsynchronousReadCompletesInTheInterruptAndEndsAtTheSize() throws Exception {
    useKernel("linux-4.14");
    disk.fileSize(BLOCK + 512);
    disk.irqGate.keep(m -> true);
    ReadBuffer buffer = new ReadBuffer(0x20000, 2 * BLOCK);
    assertThat(disk.run(disk.iomapRead(disk.async(0), buffer))).isEqualTo(-Errno.EIOCBQUEUED);
    disk.irqGate.open();
    assertThat(disk.event().res()).isEqualTo(BLOCK + 512);
    disk.comesToRest();
    assertThat(completers()).containsExactly(Context.Kind.INTERRUPT);
  }

  @Test
  void theFirstErrorStays() throws Exception {
    useKernel("linux-4.14");
    disk.faults = (rw, sector, sectors) -> new Fault(0, 0);
    disk.iomapOps =
        (inode, pos, length, write) ->
            Step.done(
                pos == 0
                    ? new Iomap(Iomap.Type.MAPPED, OneDisk.FIRST_BLOCK * 8, BLOCK, false, 0)
                    : Iomap.failed(-Errno.ENOSPC));
    disk.irqGate.keep(m -> true);
    disk.run(disk.iomapWrite(disk.async(0), blocks(1, 2)));
    disk.irqGate.open();
    assertThat(disk.event().res()).isEqualTo(-Errno.ENOSPC);
    disk.comesToRest();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.12", "linux-4.16", "linux-5.10"})
  void anErrorOfTheDeviceIsTheResult(String kernel) throws Exception {
    useKernel(kernel);
    disk.faults = (rw, sector, sectors) -> new Fault(0, 0);
    disk.irqGate.keep(m -> true);
    disk.run(disk.iomapWrite(disk.async(0), blocks(1, 2)));
    disk.irqGate.open();
    assertThat(disk.event().res()).isEqualTo(-Errno.EIO);
    disk.comesToRest();
  }

  @Test
  void theRestOfAnUnwrittenBlockBecomesZeros() {
    useKernel("linux-4.14");
    disk.run(disk.iomapWrite(disk.sync(0), blocks(1, 1)));
    disk.iomapOps =
        (inode, pos, length, write) ->
            Step.done(
                new Iomap(
                    Iomap.Type.UNWRITTEN, OneDisk.FIRST_BLOCK * 8 + pos / 512, length, true, 0));
    IoVec sector = IoVec.aligned(Content.stamped(2, 0, 1));
    assertThat(disk.run(disk.iomapWrite(disk.sync(1024), sector))).isEqualTo(512);
    Content media = disk.media(0, 8);
    for (int i = 0; i < 8; i++) {
      Content expected = i == 2 ? Content.stamped(2, 0, 1) : Content.zeros(1);
      assertThat(media.sector(i)).isEqualTo(expected.sector(0));
    }
    disk.comesToRest();
  }

  // ---- a page that stays ----

  @Test
  void aPageThatStaysIsWarnedAboutOnceAndWrittenOver() {
    useKernel("linux-4.13");
    disk.droppable = false;
    assertThat(disk.run(disk.iomapWrite(disk.sync(0), blocks(1, 2)))).isEqualTo(2 * BLOCK);
    assertThat(disk.run(disk.iomapWrite(disk.sync(0), blocks(2, 2)))).isEqualTo(2 * BLOCK);
    assertThat(disk.reports).hasSize(1);
    assertThat(disk.reports.get(0)).contains(" iomap_dio_rw");
    disk.comesToRest();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.16", "linux-5.4"})
  void from416OnItIsSaidInTheLog(String kernel) {
    useKernel(kernel);
    disk.droppable = false;
    assertThat(disk.run(disk.iomapWrite(disk.sync(0), blocks(1, 2)))).isEqualTo(2 * BLOCK);
    assertThat(disk.reports).isEmpty();
    assertThat(disk.printed).isNotEmpty();
    disk.comesToRest();
  }

  @Test
  void from59OnNothingIsWrittenAndTheCallerMayGoThroughTheCache() {
    useKernel("linux-5.10");
    disk.droppable = false;
    assertThat(disk.run(disk.iomapWrite(disk.sync(0), blocks(1, 2)))).isEqualTo(-Errno.ENOTBLK);
    assertThat(disk.count("iomap_dio_submit_bio")).isZero();
    assertThat(disk.printed).isEmpty();
    disk.comesToRest();
  }

  private int cachedAfterRead(String kernel) {
    useKernel(kernel);
    cacheUnlocked(0);
    disk.run(disk.iomapRead(disk.sync(0), new ReadBuffer(0x20000, BLOCK)));
    disk.comesToRest();
    return cached();
  }

  @Test
  void aReadDropsPagesUpTo58() {
    assertThat(cachedAfterRead("linux-5.4")).isZero();
    assertThat(cachedAfterRead("linux-5.10")).isEqualTo(1);
  }

  // ---- who waits, and where ----

  private boolean workqueueIsThereFirst(String kernel) throws Exception {
    useKernel(kernel);
    disk.run(disk.iomapWrite(disk.async(0), blocks(1, 2)));
    disk.comesToRest();
    List<String> names =
        disk.trace.stream()
            .map(Tracepoint::name)
            .filter(n -> n.equals("s_dio_done_wq: published") || n.equals("iomap_dio_submit_bio"))
            .toList();
    return names.get(0).equals("s_dio_done_wq: published");
  }

  @Test
  void theWorkqueueIsThereBeforeTheFirstBioSince414() throws Exception {
    assertThat(workqueueIsThereFirst("linux-4.13")).isFalse();
    assertThat(workqueueIsThereFirst("linux-4.14")).isTrue();
  }

  /** The interrupt ends a read while its submitter is between the reference and the look. */
  private long looksAfterFree(String kernel) throws Exception {
    useKernel(kernel);
    disk.irqGate.keep(m -> true);
    disk.iomapGate.keep(m -> m.getClass().getSimpleName().equals("Waits"));
    CompletableFuture<Long> read =
        disk.start(
            disk.context(Context.Kind.PROCESS, "p"),
            disk.iomapRead(disk.async(0), new ReadBuffer(0x20000, BLOCK)));
    Awaitility.await().atMost(Deadline.DURATION).until(() -> disk.count("--dio->ref") == 1);
    disk.irqGate.open();
    disk.event();
    Awaitility.await().atMost(Deadline.DURATION).until(() -> disk.count("kfree") == 1);
    disk.iomapGate.open();
    assertThat(OneDisk.get(read)).isEqualTo(-Errno.EIOCBQUEUED);
    disk.comesToRest();
    return disk.count("use after free");
  }

  @Test
  void theSubmitterLooksIntoAFreedDioFrom418To420() throws Exception {
    assertThat(looksAfterFree("linux-4.16")).isZero();
    assertThat(looksAfterFree("linux-4.18")).isOne();
    assertThat(looksAfterFree("linux-4.20")).isOne();
    assertThat(looksAfterFree("linux-5.0")).isZero();
  }
}
