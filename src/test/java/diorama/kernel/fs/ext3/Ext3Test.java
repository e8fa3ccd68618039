package diorama.kernel.fs.ext3;

import static diorama.kernel.fs.ext3.Ext3Machine.NEVER;
import static diorama.kernel.fs.ext3.Ext3Machine.options;
import static org.assertj.core.api.Assertions.assertThat;

import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.block.Bio;
import diorama.kernel.data.Content;
import diorama.kernel.fs.File;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferFlags;
import diorama.kernel.mm.Gfp;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(Deadline.SECONDS)
class Ext3Test {
  private static final long DATA = 64 + 1024;

  private static boolean isData(Bio bio) {
    return bio.sector() / 8 >= DATA;
  }

  private static boolean isLog(Bio bio) {
    return bio.sector() / 8 > 64 && bio.sector() / 8 < DATA;
  }

  private static Page page(Ext3Machine m, Inode inode, long index) {
    return m.run(AddressSpaceActor.findGetPage(inode.mapping(), index)).page();
  }

  private static BufferFlags buffer(Ext3Machine m, Page page) {
    return m.run(
        AddressSpaceActor.pageBuffers(page)
            .then(buffers -> AddressSpaceActor.bufferFlags(buffers.get(0))));
  }

  private static long releasepage(Ext3Machine m, Inode inode, Page page) {
    return m.run(
        AddressSpaceActor.lockPage(page)
            .then(() -> inode.aOps().releasepage(inode, page, Gfp.NONE))
            .alsoDo(() -> AddressSpaceActor.unlockPage(page)));
  }

  private static long forceCommit(Ext3Machine m) {
    return m.run(m.fs.jbd().journalForceCommit());
  }

  private static boolean atRest(Ext3Machine m, Inode inode) {
    return m.run(
        m.fs
            .jbd()
            .atRest()
            .then(j -> AddressSpaceActor.atRest(inode.mapping()).map(a -> j && a))
            .then(x -> InodeActor.atRest(inode).map(i -> x && i)));
  }

  @ParameterizedTest
  @EnumSource(DataMode.class)
  void whatIsWrittenIsReadBackInEveryMode(DataMode mode) {
    try (Ext3Machine m = new Ext3Machine(options(mode, NEVER))) {
      Inode inode = m.fs.newInode(12);
      assertThat(m.run(m.write(inode, 0, 5 * 4096, 77))).isEqualTo(5 * 4096);
      assertThat(m.run(InodeActor.iSizeRead(inode))).isEqualTo(5 * 4096);
      assertThat(m.run(m.fsync(inode))).isZero();

      ReadBuffer buffer = new ReadBuffer(0x10000, 5 * 4096);
      assertThat(m.run(m.read(inode, buffer, 0))).isEqualTo(5 * 4096);
      assertThat(buffer.content().sameAs(Content.stamped(77, 0, 40))).isTrue();
      assertThat(atRest(m, inode)).isTrue();
    }
  }

  @Test
  void orderedDataIsOnDiskBeforeTheLogThatPointsToIt() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      Inode inode = m.fs.newInode(12);
      m.run(m.write(inode, 0, 4 * 4096, 1));
      assertThat(m.disk.finished).isEmpty();
      assertThat(forceCommit(m)).isZero();

      List<Bio> bios = m.disk.finished;
      assertThat(bios).filteredOn(Ext3Test::isData).hasSize(4);
      assertThat(bios.subList(0, 4)).allMatch(Ext3Test::isData);
      assertThat(bios.subList(4, bios.size())).isNotEmpty().allMatch(Ext3Test::isLog);
      assertThat(buffer(m, page(m, inode, 0)).count()).isZero();
    }
  }

  @Test
  void writebackCommitsMetadataWithoutTheData() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.WRITEBACK, NEVER))) {
      Inode inode = m.fs.newInode(12);
      m.run(m.write(inode, 0, 4096, 1));
      forceCommit(m);
      assertThat(m.disk.finished).isNotEmpty().noneMatch(Ext3Test::isData);
      assertThat(releasepage(m, inode, page(m, inode, 0))).as("dirty").isZero();
      m.run(m.writeback.filemapWriteAndWait(inode));
      assertThat(releasepage(m, inode, page(m, inode, 0))).isEqualTo(1);
    }
  }

  @Test
  void journalledDataGoesThroughTheLogAndHasNoDirectIo() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.JOURNAL, NEVER))) {
      Inode inode = m.fs.newInode(12);
      assertThat(inode.aOps().hasDirectIo()).isFalse();
      assertThat(m.fs.opens(new File(inode, true, true, true, false))).isFalse();
      m.run(m.write(inode, 0, 4096, 9));
      forceCommit(m);
      assertThat(m.disk.finished).isNotEmpty().allMatch(Ext3Test::isLog);
      assertThat(m.disk.finished).anyMatch(b -> b.data().sameAs(Content.stamped(9, 0, 8)));
      m.run(m.writeback.filemapWriteAndWait(inode));
      assertThat(m.disk.finished).anyMatch(Ext3Test::isData);
    }
  }

  @Test
  void theTimerCommitsOnItsOwn() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, Duration.ofSeconds(5)))) {
      Inode inode = m.fs.newInode(12);
      m.run(m.write(inode, 0, 4096, 1));
      assertThat(m.run(m.fs.jbd().logWaitCommit(1))).isZero();
      assertThat(m.disk.finished).anyMatch(Ext3Test::isLog);
    }
  }

  @Test
  void commitWaitsForAnOpenHandleAndNewHandlesWaitForCommit() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      var holder = m.context(diorama.kernel.sched.Context.Kind.PROCESS, "holder");
      Handle handle = m.await(m.start(holder, m.fs.jbd().journalStart(4)));
      m.run(m.fs.jbd().logStartCommit(handle.transaction().tid()));
      awaitTrace(m, "T_LOCKED");
      CompletableFuture<Handle> late =
          m.start("late", m.fs.jbd().journalStart(4).alsoDo(this::nothing));
      awaitEvent(m, "start_this_handle: waits for T_LOCKED");
      assertThat(late).isNotDone();

      m.await(m.start(holder, m.fs.jbd().journalStop(handle)));
      assertThat(m.await(late).transaction().tid()).isEqualTo(handle.transaction().tid() + 1);
    }
  }

  private Step<Integer> nothing() {
    return Step.done(0);
  }

  private static void awaitTrace(Ext3Machine m, String detail) {
    awaitUntil(() -> m.trace.stream().anyMatch(t -> t.detail().startsWith(detail)));
  }

  private static void awaitEvent(Ext3Machine m, String name) {
    awaitUntil(() -> m.trace.stream().anyMatch(t -> t.name().equals(name)));
  }

  private static void awaitUntil(java.util.function.BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void releasepageFailsWhileCommitHoldsItsReferenceAndSucceedsAfterwards() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      Inode inode = m.fs.newInode(12);
      m.run(m.write(inode, 0, 4096, 1));
      m.disk.hold = Ext3Test::isData;
      CompletableFuture<Long> commit = m.start("fsync", m.fs.jbd().journalForceCommit());
      awaitEvent(m, "commit: wait");
      Page page = page(m, inode, 0);
      assertThat(buffer(m, page).locked()).isTrue();
      assertThat(releasepage(m, inode, page)).isZero();
      assertThat(m.trace)
          .filteredOn(t -> t.name().equals("journal_try_to_free_buffer: busy"))
          .extracting(Tracepoint::detail)
          .containsExactly("locked=1 dirty=0");

      m.run(m.layer.release());
      assertThat(m.await(commit)).isZero();
      assertThat(releasepage(m, inode, page)).isEqualTo(1);
    }
  }

  @Test
  void commitWaitsForDataThatSomebodyElseSubmitted() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      CompletableFuture<Long> commit = commitBehindWriteback(m);
      awaitEvent(m, "commit: wait");
      assertThat(commit).isNotDone();
      m.run(m.layer.release());
      assertThat(m.await(commit)).isZero();
    }
  }

  @Test
  void withoutTheFixOf2620CommitForgetsDataThatSomebodyElseSubmitted() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER), Set.of())) {
      CompletableFuture<Long> commit = commitBehindWriteback(m);
      assertThat(m.await(commit)).isZero();
      assertThat(m.disk.finished).as("committed").anyMatch(Ext3Test::isLog);
      assertThat(m.disk.finished).as("but not on disk").noneMatch(Ext3Test::isData);
      m.run(m.layer.release());
    }
  }

  private static CompletableFuture<Long> commitBehindWriteback(Ext3Machine m) {
    Inode inode = m.fs.newInode(12);
    m.run(m.write(inode, 0, 4096, 1));
    m.disk.hold = Ext3Test::isData;
    m.run(m.writeback.filemapFdatawrite(inode));
    return m.start("fsync", m.fs.jbd().journalForceCommit());
  }

  @Test
  void dataThatIsWrittenAgainWhileItsTransactionCommitsChangesHands() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      Inode inode = m.fs.newInode(12);
      m.run(m.write(inode, 0, 4096, 1));
      m.disk.hold = Ext3Test::isData;
      CompletableFuture<Long> commit = m.start("fsync", m.fs.jbd().journalForceCommit());
      awaitEvent(m, "commit: wait");
      assertThat(m.run(m.write(inode, 0, 4096, 2))).isEqualTo(4096);
      m.run(m.layer.release());
      m.await(commit);
      m.disk.hold = bio -> false;
      forceCommit(m);
      assertThat(m.disk.finished)
          .filteredOn(Ext3Test::isData)
          .extracting(b -> b.data().sector(0))
          .containsExactly(Content.stamped(1, 0, 1).sector(0), Content.stamped(2, 0, 1).sector(0));
      assertThat(releasepage(m, inode, page(m, inode, 0))).isEqualTo(1);
    }
  }

  @Test
  void aDirectWriteLetsGoOfATransactionThatIsLocked() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      Inode inode = m.fs.newInode(12);
      var writer = m.context(diorama.kernel.sched.Context.Kind.PROCESS, "dio");
      Handle first = m.await(m.start(writer, m.fs.jbd().journalStart(44)));
      m.run(m.fs.jbd().logStartCommit(first.transaction().tid()));
      awaitTrace(m, "T_LOCKED");
      Ext3 ext3 = (Ext3) inode.aOps();
      assertThat(m.await(m.start(writer, ext3.getBlock.map(inode, 0, 8, true))).blocks())
          .isEqualTo(8);
      Handle second = m.await(m.start(writer, Ext3.currentHandle()));
      assertThat(second.transaction().tid()).isEqualTo(first.transaction().tid() + 1);
      m.await(m.start(writer, m.fs.jbd().journalStop(second)));
    }
  }

  @Test
  void withBarriersTheCommitRecordAloneIsOne() {
    Ext3Options options = new Ext3Options(DataMode.ORDERED, NEVER, true, 4096, 1024, 100_000);
    try (Ext3Machine m = new Ext3Machine(options)) {
      m.run(m.write(m.fs.newInode(12), 0, 4096, 1));
      forceCommit(m);
      List<Bio> bios = m.disk.finished;
      assertThat(bios).filteredOn(Bio::barrier).containsExactly(bios.get(bios.size() - 1));
    }
  }

  @Test
  void oneTransactionOfManyPagesLeavesNoReferenceBehind() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      Inode inode = m.fs.newInode(12);
      int pages = 2000;
      m.run(m.write(inode, 0, pages * 4096L, 1));
      CompletableFuture<Long> written = m.start("p", m.writeback.filemapWriteAndWait(inode));
      CompletableFuture<Long> commit = m.start("fsync", m.fs.jbd().journalForceCommit());
      assertThat(m.await(written)).isZero();
      assertThat(m.await(commit)).isZero();
      forceCommit(m);
      for (int i = 0; i < pages; i++) {
        assertThat(releasepage(m, inode, page(m, inode, i))).as("page " + i).isEqualTo(1);
      }
    }
  }

  @Test
  void pagesThatWereOnlyReadHaveNoBuffers() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      Inode inode = m.fs.newInode(12);
      m.run(m.fs.layOut(inode, 8 * 4096));
      ReadBuffer buffer = new ReadBuffer(0x10000, 8 * 4096);
      assertThat(m.run(m.read(inode, buffer, 0))).isEqualTo(8 * 4096);
      assertThat(m.run(AddressSpaceActor.pageBuffers(page(m, inode, 3)))).isEmpty();
      assertThat(buffer.content().sameAs(Content.zeros(64))).isTrue();
    }
  }

  @Test
  void aHoleReadsAsZerosAndTakesNoBlocks() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      Inode inode = m.fs.newInode(12);
      m.run(m.write(inode, 3 * 4096, 4096, 5));
      ReadBuffer buffer = new ReadBuffer(0x10000, 4 * 4096);
      assertThat(m.run(m.read(inode, buffer, 0))).isEqualTo(4 * 4096);
      Content expected = Content.zeros(24).followedBy(Content.stamped(5, 0, 8));
      assertThat(buffer.content().sameAs(expected)).isTrue();
      assertThat(m.disk.finished).as("nothing to read from disk").isEmpty();
    }
  }

  @Test
  void smallBlocksAreWrittenAndReadThroughTheirBuffers() {
    Ext3Options options = new Ext3Options(DataMode.ORDERED, NEVER, false, 1024, 1024, 100_000);
    try (Ext3Machine m = new Ext3Machine(options)) {
      Inode inode = m.fs.newInode(12);
      m.run(m.write(inode, 1024, 2048, 5));
      m.run(m.write(inode, 8192, 512, 6));
      m.run(m.writeback.filemapWriteAndWait(inode));
      forceCommit(m);
      assertThat(releasepage(m, inode, page(m, inode, 0))).isEqualTo(1);
      ReadBuffer buffer = new ReadBuffer(0x10000, 4096);
      assertThat(m.run(m.read(inode, buffer, 0))).isEqualTo(4096);
      Content expected =
          Content.zeros(2).followedBy(Content.stamped(5, 0, 4)).followedBy(Content.zeros(2));
      assertThat(buffer.content().sameAs(expected)).isTrue();
    }
  }

  @Test
  void aDirectWriteThatExtendsMovesISizeWithinItsHandle() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      Inode inode = m.fs.newInode(12);
      long bytes = 2000 * 4096L;
      Kiocb iocb = new Kiocb(null, new File(inode, true, true, true, false), 0, bytes, 1);
      List<IoVec> iov = List.of(IoVec.aligned(Content.stamped(1, 0, (int) (bytes / 512))));
      assertThat(m.run(inode.aOps().directWrite(iocb, iov, 0))).isEqualTo(bytes);
      assertThat(m.run(InodeActor.iSizeRead(inode))).isEqualTo(bytes);
      assertThat(m.run(InodeActor.iDisksizeRead(inode))).isEqualTo(bytes);
      assertThat(atRest(m, inode)).isTrue();
    }
  }

  @Test
  void anErrorOfTheOrderedDataAbortsTheJournal() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      Inode inode = m.fs.newInode(12);
      m.run(m.write(inode, 0, 4096, 1));
      m.disk.fail = Ext3Test::isData;
      m.disk.hold = Ext3Test::isData;
      CompletableFuture<Long> commit = m.start("fsync", m.fs.jbd().journalForceCommit());
      awaitEvent(m, "commit: wait");
      m.run(m.layer.release());
      assertThat(m.await(commit)).isEqualTo(-Errno.EIO);
      assertThat(m.log)
          .contains("Aborting journal on device sda1.", "journal commit I/O error")
          .contains("lost page write due to I/O error on sda1");
      assertThat(m.run(m.write(inode, 0, 4096, 2))).isEqualTo(-Errno.EROFS);
      assertThat(m.disk.finished).noneMatch(Ext3Test::isLog);
    }
  }

  @Test
  void anAbortGivesErofsToNewHandlesAndEioToOpenOnes() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      var holder = m.context(diorama.kernel.sched.Context.Kind.PROCESS, "holder");
      Handle handle = m.await(m.start(holder, m.fs.jbd().journalStart(4)));
      m.run(m.fs.jbd().journalAbort(0));
      assertThat(m.run(m.fs.jbd().journalStart(4)).ptrErr()).isEqualTo(-Errno.EROFS);
      assertThat(m.await(m.start(holder, m.fs.jbd().journalStop(handle)))).isEqualTo(-Errno.EIO);
    }
  }

  @Test
  void theJournalWrapsAndCheckpointsWhenTheLogIsFull() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.JOURNAL, NEVER))) {
      Inode inode = m.fs.newInode(12);
      for (int i = 0; i < 12; i++) {
        assertThat(m.run(m.write(inode, i * 150 * 4096L, 150 * 4096L, i + 1)))
            .isEqualTo(150 * 4096L);
        assertThat(forceCommit(m)).isZero();
      }
      long logWrites = m.disk.finished.stream().filter(Ext3Test::isLog).count();
      assertThat(logWrites).as("more than the log is long").isGreaterThan(1024);
      assertThat(m.disk.finished).as("written home to make room").anyMatch(Ext3Test::isData);
      assertThat(m.disk.finished).as("the tail is on disk").anyMatch(b -> b.sector() / 8 == 64);
      assertThat(atRest(m, inode)).isTrue();
    }
  }

  @Test
  void unmountEndsKjournald() {
    try (Ext3Machine m = new Ext3Machine(options(DataMode.ORDERED, NEVER))) {
      CompletableFuture<String> after = new CompletableFuture<>();
      m.fs
          .kjournald()
          .tell(
              new ContextActor.Run(
                  Step.done("ended")
                      .map(
                          s -> {
                            after.complete(s);
                            return s;
                          })));
      assertThat(after).isNotDone();
      m.run(m.fs.jbd().journalKillThread());
      assertThat(m.await(after)).isEqualTo("ended");
    }
  }
}
