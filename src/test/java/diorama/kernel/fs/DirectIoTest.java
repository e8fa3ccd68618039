package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.block.DeviceFaults.Fault;
import diorama.kernel.data.Content;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.KmemCache.AfterFree;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectIoTest {
  private static final int BLOCK = 4096;

  private final OneDisk disk = new OneDisk(OneDisk.LINUX_2_6_20, AfterFree.INTACT);

  @AfterEach
  void nothingWasReportedOrUsedAfterItWasFreed() {
    disk.close();
    assertThat(disk.reports).isEmpty();
    assertThat(disk.count("use after free")).isZero();
  }

  private static Content stamped(long stamp, int blocks) {
    return Content.stamped(stamp, 0, blocks * 8);
  }

  private static IoVec blocks(long stamp, int blocks) {
    return IoVec.aligned(stamped(stamp, blocks));
  }

  private void assertOnMedia(long pos, Content expected) {
    assertThat(disk.media(pos, expected.sectors()).sameAs(expected)).isTrue();
  }

  @Test
  void whatASynchronousWriteWroteASynchronousReadReturns() {
    disk.fileSize(10 * BLOCK);
    assertThat(disk.run(disk.write(disk.sync(BLOCK), blocks(1, 3)))).isEqualTo(3 * BLOCK);
    assertOnMedia(BLOCK, stamped(1, 3));
    ReadBuffer buffer = new ReadBuffer(0x20000, 5 * BLOCK);
    assertThat(disk.run(disk.read(disk.sync(0), buffer))).isEqualTo(5 * BLOCK);
    assertThat(buffer.content().slice(8, 24).sameAs(stamped(1, 3))).isTrue();
    assertThat(buffer.content().slice(0, 8).sameAs(Content.zeros(8))).isTrue();
    disk.comesToRest();
  }

  @Test
  void aLargeWriteBecomesOneBioForEachHalfMebibyte() {
    int blocks = 32 * 1024 * 1024 / BLOCK;
    disk.fileSize((long) blocks * BLOCK);
    long ret = disk.run(disk.write(disk.sync(0), blocks(1, blocks)));
    assertThat(ret).isEqualTo(32 * 1024 * 1024);
    assertThat(disk.count("submit_bio")).isEqualTo(64);
    assertOnMedia(0, stamped(1, blocks));
    disk.comesToRest();
  }

  @Test
  void pagesOfTwoBuffersGoIntoOneBioInTheirOrder() {
    disk.fileSize(10 * BLOCK);
    assertThat(disk.run(disk.write(disk.sync(0), blocks(1, 1), blocks(2, 1)))).isEqualTo(2 * BLOCK);
    assertThat(disk.count("submit_bio")).isEqualTo(1);
    assertOnMedia(0, stamped(1, 1));
    assertOnMedia(BLOCK, stamped(2, 1));
  }

  @Test
  void theInterruptCompletesWhatTheWorkerLeft() throws Exception {
    disk.fileSize(10 * BLOCK);
    disk.irqGate.keep(m -> true);
    Kiocb iocb = disk.async(0);
    assertThat(disk.run(disk.write(iocb, blocks(1, 10)))).isEqualTo(-Errno.EIOCBQUEUED);
    assertThat(disk.events).isEmpty();
    assertThat(disk.run(InodeActor.atRest(disk.inode))).isFalse();
    disk.irqGate.letOneThrough();
    assertThat(disk.event()).isEqualTo(new OneDisk.Event(iocb, 10 * BLOCK));
    disk.comesToRest();
    assertThat(disk.events).isEmpty();
  }

  @Test
  void theWorkerCompletesWhenAllInterruptsCameFirst() throws Exception {
    disk.fileSize(10 * BLOCK);
    disk.dioGate.keep(m -> m instanceof DioActor.Put);
    CompletableFuture<Long> ret =
        disk.start(
            disk.context(Context.Kind.PROCESS, "p"), disk.write(disk.async(0), blocks(1, 10)));
    DioActor.Command put = disk.dioGate.await();
    org.awaitility.Awaitility.await().atMost(Deadline.DURATION).until(disk::deviceAtRest);
    assertThat(ret).isNotDone();
    disk.dioGate.pass(put);
    assertThat(OneDisk.get(ret)).isEqualTo(10 * BLOCK);
    disk.comesToRest();
    assertThat(disk.events).isEmpty();
  }

  @Test
  void anAsynchronousWriteThatExtendsTheFileIsWaitedFor() {
    disk.fileSize(2 * BLOCK);
    assertThat(disk.run(disk.write(disk.async(0), blocks(1, 3)))).isEqualTo(3 * BLOCK);
    assertOnMedia(0, stamped(1, 3));
    disk.comesToRest();
    assertThat(disk.events).isEmpty();
  }

  @Test
  void aFaultWithNothingMappedEndsTheWriteWithEfault() {
    disk.fileSize(10 * BLOCK);
    disk.getBlock = OneDisk.mapped(1, -1);
    IoVec iov = new IoVec(0x10000, 4 * BLOCK, stamped(1, 4), 2 * BLOCK);
    assertThat(disk.run(disk.write(disk.sync(0), iov))).isEqualTo(-Errno.EFAULT);
    assertOnMedia(0, stamped(1, 2));
    assertThat(disk.count("submit_bio")).isEqualTo(1);
    disk.comesToRest();
  }

  @Test
  void aFaultAmongMappedBlocksFillsThemWithZerosAndIsReported() throws Exception {
    disk.fileSize(10 * BLOCK);
    disk.run(disk.write(disk.sync(0), blocks(9, 4)));
    IoVec iov = new IoVec(0x10000, 4 * BLOCK, stamped(1, 4), 2 * BLOCK);
    Kiocb iocb = disk.async(0);
    disk.irqGate.keep(m -> true);
    assertThat(disk.run(disk.write(iocb, iov))).isEqualTo(-Errno.EIOCBQUEUED);
    disk.irqGate.open();
    assertThat(disk.event()).isEqualTo(new OneDisk.Event(iocb, -Errno.EFAULT));
    assertOnMedia(0, stamped(1, 2));
    assertOnMedia(2 * BLOCK, Content.zeros(16));
    disk.comesToRest();
  }

  @Test
  void whatIsNotAMultipleOfASectorIsRefused() {
    IoVec good = blocks(1, 1);
    IoVec base = new IoVec(0x10100, BLOCK, stamped(1, 1), BLOCK);
    IoVec length = new IoVec(0x10000, 100, stamped(1, 1), BLOCK);
    assertThat(disk.run(disk.write(disk.sync(100), good))).isEqualTo(-Errno.EINVAL);
    assertThat(disk.run(disk.write(disk.sync(0), base))).isEqualTo(-Errno.EINVAL);
    assertThat(disk.run(disk.write(disk.sync(0), length))).isEqualTo(-Errno.EINVAL);
    disk.comesToRest();
  }

  @Test
  void aHoleInsideTheFileEndsTheDirectPart() {
    disk.fileSize(10 * BLOCK);
    disk.getBlock = OneDisk.mapped(1, 2);
    assertThat(disk.run(disk.write(disk.sync(0), blocks(1, 4)))).isEqualTo(2 * BLOCK);
    assertThat(disk.run(disk.write(disk.async(2 * BLOCK), blocks(2, 2)))).isZero();
    assertOnMedia(0, stamped(1, 2));
    assertOnMedia(2 * BLOCK, Content.zeros(16));
    disk.comesToRest();
    assertThat(disk.events).isEmpty();
  }

  @Test
  void anAsynchronousWriteThatMeetsAHoleIsWaitedForAndNotQueued() {
    disk.fileSize(10 * BLOCK);
    disk.getBlock = OneDisk.mapped(10, 2);
    assertThat(disk.run(disk.write(disk.async(0), blocks(1, 4)))).isEqualTo(2 * BLOCK);
    assertOnMedia(0, stamped(1, 2));
    disk.comesToRest();
    assertThat(disk.events).isEmpty();
  }

  @Test
  void aReadFindsZerosInAHoleAndStopsAtTheEndOfTheFile() {
    disk.fileSize(3 * BLOCK + 300);
    disk.run(disk.write(disk.sync(0), blocks(1, 1)));
    disk.getBlock = OneDisk.mapped(10, 1);
    ReadBuffer buffer = new ReadBuffer(0x20000, 8 * BLOCK);
    assertThat(disk.run(disk.read(disk.sync(0), buffer))).isEqualTo(3 * BLOCK + 300);
    assertThat(buffer.content().slice(0, 8).sameAs(stamped(1, 1))).isTrue();
    assertThat(buffer.content().slice(8, 24).sameAs(Content.zeros(24))).isTrue();
    disk.comesToRest();
  }

  @Test
  void anErrorOfTheDeviceIsTheResultOfBothKinds() throws Exception {
    disk.fileSize(10 * BLOCK);
    disk.faults = (rw, sector, sectors) -> new Fault(0, 0);
    assertThat(disk.run(disk.write(disk.sync(0), blocks(1, 2)))).isEqualTo(-Errno.EIO);
    disk.irqGate.keep(m -> true);
    Kiocb iocb = disk.async(0);
    assertThat(disk.run(disk.write(iocb, blocks(1, 2)))).isEqualTo(-Errno.EIOCBQUEUED);
    disk.irqGate.letOneThrough();
    assertThat(disk.event()).isEqualTo(new OneDisk.Event(iocb, -Errno.EIO));
    disk.irqGate.open();
    disk.comesToRest();
  }

  @Test
  void theRestOfANewBlockIsFilledWithZeros() {
    disk.fileSize(10 * BLOCK);
    disk.run(disk.write(disk.sync(0), blocks(9, 1)));
    disk.fileSize(0);
    IoVec sector = IoVec.aligned(Content.stamped(1, 0, 1));
    assertThat(disk.run(disk.write(disk.sync(1024), sector))).isEqualTo(512);
    assertOnMedia(0, Content.zeros(2));
    assertOnMedia(1024, Content.stamped(1, 0, 1));
    assertOnMedia(1536, Content.zeros(5));
    disk.comesToRest();
  }

  @Test
  void theRestOfAnOldBlockStaysAsItIs() {
    disk.fileSize(10 * BLOCK);
    disk.run(disk.write(disk.sync(0), blocks(9, 1)));
    IoVec sector = IoVec.aligned(Content.stamped(1, 0, 1));
    assertThat(disk.run(disk.write(disk.sync(1024), sector))).isEqualTo(512);
    assertOnMedia(0, Content.stamped(9, 0, 2));
    assertOnMedia(1024, Content.stamped(1, 0, 1));
    assertOnMedia(1536, Content.stamped(9, 3, 5));
  }
}
