package diorama.kernel.fs.ext3;

import static diorama.kernel.fs.ext3.Ext3Machine.NEVER;
import static diorama.kernel.fs.ext3.Ext3Machine.options;
import static org.assertj.core.api.Assertions.assertThat;

import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.data.Content;
import diorama.kernel.fs.File;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Gfp;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a cached page, and of a write over it, while somebody holds its buffer. */
@Timeout(Deadline.SECONDS)
class BusyPageTest {
  private static final Set<Fix> LINUX_2_6_21 =
      EnumSet.of(
          Fix.JBD_WAIT_FOR_SUBMITTED_DATA,
          Fix.LAUNDER_PAGE,
          Fix.INVALIDATE_WHOLE_RANGE,
          Fix.INVALIDATE_BEFORE_DIRECT_WRITE);
  private static final Set<Fix> LINUX_2_6_26 = with(LINUX_2_6_21, Fix.INVALIDATE_KEEPS_ERROR);
  private static final Set<Fix> WAITS = with(LINUX_2_6_26, Fix.JBD_RELEASEPAGE_WAITS_FOR_COMMIT);
  private static final Set<Fix> FALLS_BACK =
      with(LINUX_2_6_26, Fix.BUSY_PAGE_FALLS_BACK_TO_BUFFERED);

  private static Set<Fix> with(Set<Fix> fixes, Fix more) {
    Set<Fix> all = EnumSet.copyOf(fixes);
    all.add(more);
    return all;
  }

  private static Ext3Machine machine(Set<Fix> fixes) {
    return new Ext3Machine(options(DataMode.ORDERED, NEVER), fixes);
  }

  /** A file of two pages, written and clean, that no transaction knows any more. */
  private static Inode file(Ext3Machine m) {
    Inode inode = m.fs.newInode(12);
    m.run(m.write(inode, 0, 2 * Page.SIZE, 1));
    assertThat(m.run(m.fsync(inode))).isZero();
    assertThat(m.run(m.fs.jbd().journalForceCommit())).isZero();
    return inode;
  }

  private static Page page(Ext3Machine m, Inode inode, long index) {
    return m.run(AddressSpaceActor.findGetPage(inode.mapping(), index)).page();
  }

  private static BufferHead buffer(Ext3Machine m, Page page) {
    return m.run(AddressSpaceActor.pageBuffers(page)).get(0);
  }

  private static Step<Long> releasepage(Inode inode, Page page, Gfp gfp) {
    return AddressSpaceActor.lockPage(page)
        .then(() -> inode.aOps().releasepage(inode, page, gfp))
        .alsoDo(() -> AddressSpaceActor.unlockPage(page));
  }

  private static long directWrite(Ext3Machine m, Inode inode, long stamp) {
    long bytes = 2 * Page.SIZE;
    Kiocb iocb = new Kiocb(null, new File(inode, true, true, true, false), 0, bytes, stamp);
    IoVec iov = IoVec.aligned(Content.stamped(stamp, 0, (int) (bytes / 512)));
    return m.run(inode.fOps().aioWrite(iocb, List.of(iov), 0));
  }

  /** A commit that hangs in its log, and the release of a page that is busy meanwhile. */
  private record Meanwhile(CompletableFuture<Long> commit, CompletableFuture<Long> released) {
    void letGo(Ext3Machine m) {
      m.disk.hold = bio -> false;
      m.run(m.layer.release());
      assertThat(m.await(commit)).isZero();
    }
  }

  private static Meanwhile releaseDuringCommit(Ext3Machine m, Inode inode, Page page, Gfp gfp) {
    m.run(m.write(inode, Page.SIZE, Page.SIZE, 2));
    m.disk.hold = bio -> true;
    m.trace.clear();
    CompletableFuture<Long> commit = m.start("fsync", m.fs.jbd().journalForceCommit());
    await(m, "commit: wait");
    m.trace.clear();
    CompletableFuture<Long> released = m.start("invalidator", releasepage(inode, page, gfp));
    await(m, "drop_buffers: busy");
    return new Meanwhile(commit, released);
  }

  private static void await(Ext3Machine m, String event) {
    while (m.trace.stream().noneMatch(t -> t.name().equals(event))) {
      Thread.onSpinWait();
    }
  }

  @Test
  void since2627ReleasepageWaitsForTheCommitAndTriesOnceMore() {
    try (Ext3Machine m = machine(WAITS)) {
      Inode inode = file(m);
      Page page = page(m, inode, 0);
      BufferHead bh = buffer(m, page);
      m.run(AddressSpaceActor.getBh(bh));
      Meanwhile meanwhile = releaseDuringCommit(m, inode, page, Gfp.KERNEL);
      m.run(AddressSpaceActor.putBh(bh));
      assertThat(meanwhile.released).isNotDone();
      meanwhile.letGo(m);
      assertThat(m.await(meanwhile.released)).isEqualTo(1);
    }
  }

  @Test
  void whoMayNotSleepIsToldAtOnce() {
    assertToldAtOnce(WAITS, Gfp.NONE);
  }

  @Test
  void until2626NobodyWaits() {
    assertToldAtOnce(LINUX_2_6_26, Gfp.KERNEL);
  }

  private static void assertToldAtOnce(Set<Fix> fixes, Gfp gfp) {
    try (Ext3Machine m = machine(fixes)) {
      Inode inode = file(m);
      Page page = page(m, inode, 0);
      m.run(AddressSpaceActor.getBh(buffer(m, page)));
      Meanwhile meanwhile = releaseDuringCommit(m, inode, page, gfp);
      assertThat(m.await(meanwhile.released)).isZero();
      meanwhile.letGo(m);
    }
  }

  @Test
  void until2610AWriteDoesNotSayThatAPageStayed() {
    assertThat(writeOverABusyPage("linux-2.6.6")).isEqualTo(2 * Page.SIZE);
    assertThat(writeOverABusyPage("linux-2.6.11")).isEqualTo(-Errno.EIO);
  }

  private static long writeOverABusyPage(String kernel) {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER), kernel)) {
      Inode inode = file(m);
      m.run(AddressSpaceActor.getBh(buffer(m, page(m, inode, 0))));
      return directWrite(m, inode, 7);
    }
  }

  @Test
  void until2611AWriteDropsThePagesOfTheWholeFile() {
    assertThat(pageBehindAWriteStays("linux-2.6.11")).isFalse();
    assertThat(pageBehindAWriteStays("linux-2.6.12")).isTrue();
  }

  private static boolean pageBehindAWriteStays(String kernel) {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER), kernel)) {
      Inode inode = file(m);
      m.run(m.write(inode, 5 * Page.SIZE, Page.SIZE, 2));
      assertThat(m.run(m.fsync(inode))).isZero();
      assertThat(m.run(m.fs.jbd().journalForceCommit())).isZero();
      assertThat(directWrite(m, inode, 7)).isEqualTo(2 * Page.SIZE);
      return m.run(AddressSpaceActor.findGetPage(inode.mapping(), 5)).page() != null;
    }
  }

  @Test
  void sinceFb5527e6TheBufferedPartOfADirectWriteDoesNotStayInTheCache() {
    assertThat(bufferedPartStays("linux-2.6.12")).isTrue();
    assertThat(bufferedPartStays("linux-2.6.19")).isFalse();
  }

  private static boolean bufferedPartStays(String kernel) {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.WRITEBACK, NEVER), kernel)) {
      Inode inode = m.fs.newInode(12);
      m.hole = Page.SIZE;
      assertThat(directWrite(m, inode, 7)).isEqualTo(2 * Page.SIZE);
      return m.run(AddressSpaceActor.findGetPage(inode.mapping(), 1)).page() != null;
    }
  }

  @Test
  void from2621To2625AWriteGoesAheadOverABusyPageThatIsNotTheLastAndThePageStaysOld() {
    try (Ext3Machine m = machine(LINUX_2_6_21)) {
      Inode inode = file(m);
      Page page = page(m, inode, 0);
      m.run(AddressSpaceActor.getBh(buffer(m, page)));
      assertThat(directWrite(m, inode, 7)).isEqualTo(2 * Page.SIZE);
      assertThat(stampOf(m, page(m, inode, 0))).isEqualTo(Content.stamped(1, 0, 1).digest());
    }
  }

  @Test
  void on2626TheSameWriteFailsAndWritesNothing() {
    try (Ext3Machine m = machine(LINUX_2_6_26)) {
      Inode inode = file(m);
      m.run(AddressSpaceActor.getBh(buffer(m, page(m, inode, 0))));
      assertThat(directWrite(m, inode, 7)).isEqualTo(-Errno.EIO);
      assertThat(stampOf(m, page(m, inode, 0))).isEqualTo(Content.stamped(1, 0, 1).digest());
    }
  }

  @Test
  void since2627ItIsWrittenThroughTheCache() {
    try (Ext3Machine m = machine(FALLS_BACK)) {
      Inode inode = file(m);
      m.run(AddressSpaceActor.getBh(buffer(m, page(m, inode, 0))));
      assertThat(directWrite(m, inode, 7)).isEqualTo(2 * Page.SIZE);
      assertThat(stampOf(m, page(m, inode, 0))).isEqualTo(Content.stamped(7, 0, 1).digest());
      assertThat(m.run(AddressSpaceActor.pageFlags(page(m, inode, 0))).dirty()).isFalse();
    }
  }

  private static long stampOf(Ext3Machine m, Page page) {
    return m.run(AddressSpaceActor.content(page)).slice(0, 1).digest();
  }
}
